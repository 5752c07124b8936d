// SPDX-License-Identifier: Apache-2.0
#include "store/file/page.h"

#include "base/check.h"
#include "encoding/bytes.h"
#include "encoding/crc32c.h"

namespace sb::store {

PageRef AppendPage(PageType type, uint8_t version, std::string_view payload, std::string* out,
                   uint64_t base_offset) {
  SB_CHECK(payload.size() <= UINT32_MAX);
  const size_t begin = out->size();
  encoding::AppendLe<uint32_t>(out, 0);
  encoding::AppendLe(out, static_cast<uint32_t>(payload.size()));
  out->push_back(static_cast<char>(type));
  out->push_back(static_cast<char>(version));
  encoding::AppendLe<uint16_t>(out, 0);
  out->append(payload);
  encoding::StoreLe(out->data() + begin,
                    encoding::Crc32c(std::string_view(*out).substr(begin + 4)));
  return {base_offset + begin, out->size() - begin};
}

base::Result<PageView> ReadPage(std::span<const uint8_t> file, PageRef ref, PageType type,
                                std::string_view path) {
  const auto damaged = [&](const char* what) {
    return base::DataLoss(std::string(what) + " at offset " + std::to_string(ref.offset) + " of " +
                          std::string(path));
  };
  if (ref.size_bytes < kPageHeaderBytes || ref.offset > file.size() ||
      ref.size_bytes > file.size() - ref.offset) {
    return damaged("a page lies outside of the file,");
  }
  const std::string_view page(reinterpret_cast<const char*>(file.data()) + ref.offset,
                              ref.size_bytes);
  if (encoding::LoadLe<uint32_t>(page.data()) != encoding::Crc32c(page.substr(4))) {
    return damaged("wrong checksum of the page");
  }
  if (encoding::LoadLe<uint32_t>(page.data() + 4) != page.size() - kPageHeaderBytes ||
      page[8] != static_cast<char>(type)) {
    return damaged("another page than expected");
  }
  return PageView{static_cast<uint8_t>(page[9]), page.substr(kPageHeaderBytes)};
}

}  // namespace sb::store
