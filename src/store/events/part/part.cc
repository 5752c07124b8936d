// SPDX-License-Identifier: Apache-2.0
#include "store/events/part/part.h"

#include <algorithm>
#include <utility>

#include "store/events/part/group_rows.h"

namespace sb::events {

namespace {

std::vector<store::PageRef> PagesOf(const PartDirectory& directory) {
  std::vector<store::PageRef> pages;
  for (const RowGroup& group : directory.groups) {
    pages.push_back(group.times);
    pages.push_back(group.stream_numbers);
    pages.insert(pages.end(), group.presences.begin(), group.presences.end());
    for (const GroupColumn& column : group.columns) {
      pages.push_back(column.page);
      if (column.bloom.size_bytes > 0) {
        pages.push_back(column.bloom);
      }
    }
  }
  return pages;
}

}  // namespace

base::Result<std::shared_ptr<const Part>> Part::Open(base::Env& env, std::string path,
                                                     uint64_t sequence) {
  std::shared_ptr<Part> part(new Part(env.clock(), std::move(path), sequence));
  SB_ASSIGN_OR_RETURN(part->file_, env.files().Map(part->path_));
  const auto bytes = part->file_->bytes();
  const std::string_view file(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const base::Result<store::PageRef> tail = DecodeTail(file);
  if (!tail.ok()) {
    return tail.status().WithPrefix(part->path_);
  }
  SB_ASSIGN_OR_RETURN(const std::string_view page, part->ReadPage(*tail, kDirectoryPage));
  base::Result<PartDirectory> directory = DecodeDirectory(page);
  if (!directory.ok()) {
    return directory.status().WithPrefix(part->path_);
  }
  part->directory_ = std::move(*directory);
  part->checked_ = CheckedPages(PagesOf(part->directory_));
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

base::Result<std::string_view> Part::ReadPage(store::PageRef ref, store::PageType type) const {
  SB_ASSIGN_OR_RETURN(const store::PageView page,
                      store::ReadPage(file_->bytes(), ref, type, path_));
  if (page.version != kPageVersion) {
    return base::DataLoss("a page of an unknown version in " + path_);
  }
  return page.payload;
}

base::Result<std::string_view> Part::Page(store::PageRef ref, store::PageType type) const {
  const int64_t now_ns = clock_.MonotonicNs();
  if (checked_.IsFresh(ref, now_ns)) {
    const std::string_view page(reinterpret_cast<const char*>(file_->bytes().data()) + ref.offset,
                                ref.size_bytes);
    return page.substr(store::kPageHeaderBytes);
  }
  SB_ASSIGN_OR_RETURN(const std::string_view payload, ReadPage(ref, type));
  checked_.Note(ref, now_ns);
  return payload;
}

base::Status Part::CheckPage(store::PageRef ref, store::PageType type) const {
  return ReadPage(ref, type).status();
}

base::Result<std::string_view> Part::RawPage(store::PageRef ref, store::PageType type) const {
  SB_RETURN_IF_ERROR(CheckPage(ref, type));
  return std::string_view(reinterpret_cast<const char*>(file_->bytes().data()) + ref.offset,
                          ref.size_bytes);
}

}  // namespace sb::events
