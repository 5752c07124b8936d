// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/block/block_format.h"

#include "encoding/bytes.h"
#include "encoding/crc32c.h"

namespace sb::tsdb {

namespace {

constexpr size_t kFooterBytes = kSectionCount * 16 + 4 + kIndexMagic.size();

}  // namespace

std::string EncodeIndexFooter(const SectionTable& table) {
  std::string footer;
  for (const store::PageRef& ref : table) {
    encoding::AppendLe(&footer, ref.offset);
    encoding::AppendLe(&footer, ref.size_bytes);
  }
  encoding::AppendLe(&footer, encoding::Crc32c(footer));
  footer.append(kIndexMagic);
  return footer;
}

base::Result<SectionTable> DecodeIndexFooter(std::span<const uint8_t> file,
                                             const std::string& path) {
  if (file.size() < kFooterBytes + kIndexMagic.size()) {
    return base::DataLoss("a block index is cut off: " + path);
  }
  const std::string_view all(reinterpret_cast<const char*>(file.data()), file.size());
  const std::string_view footer = all.substr(all.size() - kFooterBytes);
  const std::string_view table_bytes = footer.substr(0, kSectionCount * 16);
  if (!all.starts_with(kIndexMagic) || !footer.ends_with(kIndexMagic) ||
      encoding::LoadLe<uint32_t>(footer.data() + table_bytes.size()) !=
          encoding::Crc32c(table_bytes)) {
    return base::DataLoss("wrong checksum of the footer of a block index: " + path);
  }
  SectionTable table;
  encoding::ByteReader in(table_bytes);
  for (store::PageRef& ref : table) {
    ref.offset = in.Fixed64();
    ref.size_bytes = in.Fixed64();
  }
  return table;
}

}  // namespace sb::tsdb
