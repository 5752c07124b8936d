// SPDX-License-Identifier: Apache-2.0
#include "store/events/db/deleted_rows.h"

#include <cstring>
#include <utility>

#include "encoding/bytes.h"
#include "store/events/column/blob.h"
#include "store/events/part/part_format.h"
#include "store/file/page.h"

namespace sb::events {
namespace {

constexpr store::PageType kDeletedPage{20};
constexpr int kLevel = 3;

base::Status Damaged(const std::string& path) {
  return base::DataLoss("the list of deleted rows is damaged: " + path);
}

}  // namespace

uint64_t DeletedRows::Count() const {
  uint64_t count = 0;
  for (const auto& group : groups) {
    count += group == nullptr ? 0 : group->Count();
  }
  return count;
}

base::Status DeletedRows::Save(base::FileSystem& files, const std::string& path) const {
  std::string payload;
  encoding::AppendVarint(&payload, groups.size());
  for (const auto& group : groups) {
    encoding::AppendVarint(&payload, group == nullptr ? 0 : group->size());
    if (group != nullptr) {
      const auto& words = group->words();
      AppendBlob({reinterpret_cast<const char*>(words.data()), words.size() * 8}, kLevel, &payload);
    }
  }
  std::string file;
  store::AppendPage(kDeletedPage, kPageVersion, payload, &file);
  return base::WriteFileAtomically(files, path, file);
}

base::Result<std::shared_ptr<const DeletedRows>> DeletedRows::Load(base::FileSystem& files,
                                                                   const std::string& path) {
  SB_ASSIGN_OR_RETURN(const std::string file, files.ReadFile(path));
  SB_ASSIGN_OR_RETURN(const store::PageView page,
                      store::ReadPage({reinterpret_cast<const uint8_t*>(file.data()), file.size()},
                                      {0, file.size()}, kDeletedPage, path));
  encoding::ByteReader in(page.payload);
  auto deleted = std::make_shared<DeletedRows>();
  for (uint64_t i = in.Varint(); i > 0 && in.ok(); --i) {
    const uint64_t rows = in.Varint();
    if (rows == 0) {
      deleted->groups.push_back(nullptr);
      continue;
    }
    if (rows > kGroupRowsMax) {
      return Damaged(path);
    }
    auto bitmap = std::make_shared<Bitmap>(rows);
    Blob blob;
    SB_RETURN_IF_ERROR(blob.Parse(in));
    std::string words;
    SB_RETURN_IF_ERROR(blob.ReadInto(&words));
    if (words.size() != bitmap->words().size() * 8) {
      return Damaged(path);
    }
    std::memcpy(bitmap->mutable_words().data(), words.data(), words.size());
    bitmap->ClearTail();
    deleted->groups.push_back(std::move(bitmap));
  }
  if (!in.ok() || !in.empty()) {
    return Damaged(path);
  }
  return std::shared_ptr<const DeletedRows>(std::move(deleted));
}

}  // namespace sb::events
