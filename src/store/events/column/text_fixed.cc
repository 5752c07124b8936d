// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "encoding/bytes.h"
#include "encoding/hex.h"
#include "encoding/zstd_block.h"
#include "store/events/column/text_forms.h"

namespace sb::events {
namespace {

constexpr size_t kLengthMax = 4096;
constexpr size_t kProbeBytes = 16 * 1024;
constexpr size_t kChunkValues = 1024;

class FixedText final : public TextColumn {
 public:
  // Values of `length` bytes each, one after another.
  base::Status Set(std::string_view bytes, size_t length, uint32_t count) {
    length_ = stored_ = length;
    bytes_ = bytes;
    count_ = count;
    return length > 0 && length <= kLengthMax && bytes.size() == uint64_t{length} * count
               ? base::OkStatus()
               : base::DataLoss("a column of shared ids has another size");
  }

  base::Status Keep(std::string bytes, size_t length, uint32_t count) {
    kept_ = std::move(bytes);
    return Set(kept_, length, count);
  }

  base::Status Parse(std::string_view body, uint32_t count) {
    encoding::ByteReader in(body);
    const uint8_t flags = in.Byte();
    const uint64_t length = in.Varint();
    hex_ = flags == 1;
    if (!in.ok() || flags > 1 || length == 0 || length > kLengthMax || (hex_ && length % 2 != 0)) {
      return base::DataLoss("a column of fixed length has a bad header");
    }
    length_ = static_cast<size_t>(length);
    stored_ = hex_ ? length_ / 2 : length_;
    bytes_ = in.rest();
    count_ = count;
    return bytes_.size() == stored_ * count_
               ? base::OkStatus()
               : base::DataLoss("a column of fixed length has another size");
  }

  base::Status Evaluate(const Condition& condition, const Bitmap* candidates,
                        Bitmap* out) const override {
    if (condition.rule().op() == store::FilterOp::kEqual) {
      FindEqual(condition.rule().operands()[0].bytes, out);
      return base::OkStatus();
    }
    std::string texts;
    std::vector<uint32_t> ends;
    for (size_t begin = 0; begin < count_; begin += kChunkValues) {
      const size_t end = std::min<size_t>(count_, begin + kChunkValues);
      if (candidates != nullptr && !candidates->AnyIn(begin, end)) {
        continue;
      }
      std::string_view buffer = bytes_.substr(begin * stored_, (end - begin) * stored_);
      if (hex_) {
        encoding::HexEncode(buffer, &texts);
        buffer = texts;
      }
      ends.clear();
      for (size_t i = begin; i < end; ++i) {
        ends.push_back(static_cast<uint32_t>((i + 1 - begin) * length_));
      }
      condition.MatchTexts(buffer, ends, begin, candidates, out);
    }
    return base::OkStatus();
  }

  base::Status Read(std::span<const uint32_t> positions, TextValues* out) const override {
    out->bytes_decoded += positions.size() * length_;
    if (!hex_) {
      for (const uint32_t position : positions) {
        out->texts.push_back(bytes_.substr(position * stored_, stored_));
      }
      return base::OkStatus();
    }
    auto text = std::make_shared<std::string>();
    std::string packed;
    packed.reserve(positions.size() * stored_);
    for (const uint32_t position : positions) {
      packed.append(bytes_.substr(position * stored_, stored_));
    }
    encoding::HexEncode(packed, text.get());
    for (size_t i = 0; i < positions.size(); ++i) {
      out->texts.push_back(std::string_view(*text).substr(i * length_, length_));
    }
    out->kept.push_back(std::move(text));
    return base::OkStatus();
  }

  base::Status Lengths(std::span<const uint32_t> positions,
                       std::vector<int64_t>* out) const override {
    out->insert(out->end(), positions.size(), static_cast<int64_t>(length_));
    return base::OkStatus();
  }

  int cost() const override { return 3; }

 private:
  void FindEqual(std::string_view operand, Bitmap* out) const {
    std::string packed(operand);
    if (operand.size() != length_ || (hex_ && !encoding::HexDecode(operand, &packed))) {
      return;
    }
    const char first = packed[0];
    const char* at = bytes_.data();
    for (size_t i = 0; i < count_; ++i, at += stored_) {
      if (*at == first && std::memcmp(at, packed.data(), stored_) == 0) {
        out->Set(i);
      }
    }
  }

  bool hex_ = false;
  size_t length_ = 0;  // of a value
  size_t stored_ = 0;  // bytes kept per value
  size_t count_ = 0;
  std::string_view bytes_;
  std::string kept_;  // of which bytes_ is a view, if the column's bytes are not as they are kept
};

// Ids do not compress; what does is better off in blocks.
bool Compresses(std::string_view bytes) {
  std::string compressed;
  const std::string_view probe = bytes.substr(0, kProbeBytes);
  encoding::AppendZstdBlock(probe, 1, &compressed);
  return compressed.size() < probe.size() - probe.size() / 8;
}

}  // namespace

bool AppendFixedText(std::span<const std::string_view> values, const TextColumnOptions& /*options*/,
                     std::string* out) {
  const size_t length = values.empty() ? 0 : values[0].size();
  if (length == 0 || length > kLengthMax) {
    return false;
  }
  bool hex = length % 2 == 0;
  for (const std::string_view value : values) {
    if (value.size() != length) {
      return false;
    }
    hex = hex && encoding::IsHex(value);
  }
  std::string bytes;
  std::string packed;
  for (const std::string_view value : values) {
    if (hex) {
      SB_CHECK(encoding::HexDecode(value, &packed));
      bytes.append(packed);
    } else {
      bytes.append(value);
    }
  }
  if (Compresses(bytes)) {
    return false;
  }
  out->push_back(hex ? 1 : 0);
  encoding::AppendVarint(out, length);
  out->append(bytes);
  return true;
}

bool AppendSharedText(std::span<const std::string_view> values, std::span<const StoredIds> ids,
                      std::string* out) {
  const size_t length = values.empty() ? 0 : values[0].size();
  if (length == 0 || length > kLengthMax || ids.empty()) {
    return false;
  }
  std::string bytes;
  for (const std::string_view value : values) {
    if (value.size() != length) {
      return false;
    }
    bytes.append(value);
  }
  const encoding::Hash128 hash = encoding::Hash128Of(bytes);
  for (const StoredIds& stored : ids) {
    if (stored.size == bytes.size() && stored.hash == hash) {
      out->push_back(static_cast<char>(TextForm::kShared));
      encoding::AppendVarint(out, length);
      encoding::AppendVarint(out, stored.offset);
      return true;
    }
  }
  return false;
}

OpenedText OpenSharedText(std::string_view body, uint32_t count,
                          const TextSurroundings* surroundings) {
  encoding::ByteReader in(body);
  const uint64_t length = in.Varint();
  const uint64_t offset = in.Varint();
  if (!in.ok() || !in.empty() || surroundings == nullptr || length > kLengthMax) {
    return base::DataLoss("a column of shared ids is damaged");
  }
  SB_ASSIGN_OR_RETURN(const std::string_view lines, surroundings->LineBytes());
  const uint64_t size = length * count;
  if (offset > lines.size() || size > lines.size() - offset) {
    return base::DataLoss("a column of shared ids reaches beyond the lines");
  }
  auto column = std::make_unique<FixedText>();
  SB_RETURN_IF_ERROR(column->Set(lines.substr(offset, size), length, count));
  return OpenedText(std::move(column));
}

OpenedText OpenFixedBytes(std::string bytes, size_t length, uint32_t count) {
  auto column = std::make_unique<FixedText>();
  SB_RETURN_IF_ERROR(column->Keep(std::move(bytes), length, count));
  return OpenedText(std::move(column));
}

OpenedText OpenFixedText(std::string_view body, uint32_t count) {
  auto column = std::make_unique<FixedText>();
  SB_RETURN_IF_ERROR(column->Parse(body, count));
  return OpenedText(std::move(column));
}

}  // namespace sb::events
