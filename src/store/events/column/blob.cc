// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/blob.h"

#include "encoding/zstd_block.h"

namespace sb::events {
namespace {

constexpr size_t kCompressMin = 64;
// zstd cannot do better than this, so that a small lie cannot make us allocate much.
constexpr uint64_t kRatioMax = uint64_t{1} << 16;

}  // namespace

void AppendBlob(std::string_view raw, int zstd_level, std::string* out) {
  std::string compressed;
  if (raw.size() >= kCompressMin) {
    encoding::AppendZstdBlock(raw, zstd_level, &compressed);
  }
  // Compression must earn its decompression.
  const bool pays = !compressed.empty() && compressed.size() < raw.size() - raw.size() / 16;
  const std::string_view stored = pays ? std::string_view(compressed) : raw;
  out->push_back(pays ? 1 : 0);
  encoding::AppendVarint(out, raw.size());
  encoding::AppendVarint(out, stored.size());
  out->append(stored);
}

base::Status Blob::Parse(encoding::ByteReader& in) {
  const uint8_t codec = in.Byte();
  raw_size = in.Varint();
  stored = in.LengthPrefixed();
  compressed = codec == 1;
  const bool fits = compressed ? raw_size <= kBlobBytesMax && raw_size / kRatioMax <= stored.size()
                               : raw_size == stored.size();
  if (!in.ok() || codec > 1 || !fits) {
    return base::DataLoss("a blob is damaged");
  }
  return base::OkStatus();
}

base::Result<std::string_view> Blob::Read(
    std::vector<std::shared_ptr<const std::string>>* kept) const {
  if (!compressed) {
    return stored;
  }
  auto text = std::make_shared<std::string>();
  SB_RETURN_IF_ERROR(ReadInto(text.get()));
  kept->push_back(text);
  return std::string_view(*text);
}

base::Status Blob::ReadInto(std::string* out) const {
  if (!compressed) {
    out->assign(stored);
    return base::OkStatus();
  }
  out->resize(static_cast<size_t>(raw_size));
  return encoding::ReadZstdBlock(stored, out->size(), out->data());
}

}  // namespace sb::events
