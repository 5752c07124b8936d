// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/part.h"

#include <algorithm>
#include <utility>

#include "store/events/part/group_rows.h"

namespace sb::events {

base::Result<std::shared_ptr<const Part>> Part::Open(base::FileSystem& files, std::string path,
                                                     uint64_t sequence) {
  std::shared_ptr<Part> part(new Part(std::move(path), sequence));
  SB_ASSIGN_OR_RETURN(part->file_, files.Map(part->path_));
  const auto bytes = part->file_->bytes();
  const std::string_view file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const base::Result<store::PageRef> tail = DecodeTail(file);
  if (!tail.ok()) {
    return tail.status().WithPrefix(part->path_);
  }
  SB_ASSIGN_OR_RETURN(const std::string_view page, part->Page(*tail, kDirectoryPage));
  base::Result<PartDirectory> directory = DecodeDirectory(page);
  if (!directory.ok()) {
    return directory.status().WithPrefix(part->path_);
  }
  part->directory_ = std::move(*directory);
  for (const RowGroup& group : part->directory_.groups) {
    part->row_count_ += group.rows;
    part->first_ns_ = std::min(part->first_ns_, group.first_ns);
    part->last_ns_ = std::max(part->last_ns_, group.last_ns);
  }
  return std::shared_ptr<const Part>(std::move(part));
}

std::shared_ptr<const RowSet> Part::OpenGroup(size_t group) const {
  return std::make_shared<GroupRows>(shared_from_this(), group);
}

base::Result<std::string_view> Part::Page(store::PageRef ref, store::PageType type) const {
  SB_ASSIGN_OR_RETURN(const store::PageView page,
                      store::ReadPage(file_->bytes(), ref, type, path_));
  if (page.version != kPageVersion) {
    return base::DataLoss("a page of an unknown version in " + path_);
  }
  return page.payload;
}

base::Result<std::string_view> Part::RawPage(store::PageRef ref, store::PageType type) const {
  SB_RETURN_IF_ERROR(Page(ref, type).status());
  return std::string_view(reinterpret_cast<const char*>(file_->bytes().data()) + ref.offset,
                          ref.size_bytes);
}

}  // namespace sb::events
