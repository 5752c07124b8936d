// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "encoding/int_column.h"
#include "store/events/column/blob.h"
#include "store/events/column/byte_search.h"
#include "store/events/column/int_values.h"
#include "store/events/column/text_forms.h"

namespace sb::events {
namespace {

constexpr size_t kBlocksMax = 65536;

class BlockText final : public TextColumn {
 public:
  base::Status Parse(std::string_view body, uint32_t count) {
    encoding::ByteReader in(body);
    SB_RETURN_IF_ERROR(ReadSizedInts(in, count, &lengths_));
    uint64_t first = 0;
    while (!in.empty()) {
      Block block;
      block.first = static_cast<uint32_t>(first);
      const uint64_t values = in.Varint();
      if (!in.ok() || values == 0 || values > count - first || blocks_.size() >= kBlocksMax) {
        return base::DataLoss("a block of text with a bad number of values");
      }
      block.count = static_cast<uint32_t>(values);
      SB_RETURN_IF_ERROR(block.blob.Parse(in));
      blocks_.push_back(block);
      first += values;
    }
    return in.ok() && first == count ? base::OkStatus()
                                     : base::DataLoss("blocks of text are missing");
  }

  base::Status Evaluate(const Condition& condition, const Bitmap* candidates,
                        Bitmap* out) const override {
    std::string texts;
    std::vector<uint32_t> ends;
    for (const Block& block : blocks_) {
      if (candidates != nullptr && !candidates->AnyIn(block.first, block.first + block.count)) {
        continue;
      }
      std::string_view buffer = block.blob.stored;
      if (block.blob.compressed) {
        SB_RETURN_IF_ERROR(block.blob.ReadInto(&texts));
        buffer = texts;
      }
      const std::string& needle = condition.needle();
      const auto find = condition.fold() ? FindFolded : FindBytes;
      if (!needle.empty() &&
          find(buffer.data(), buffer.data() + buffer.size(), needle) == nullptr) {
        continue;
      }
      SB_RETURN_IF_ERROR(Ends(block, &ends));
      condition.MatchTexts(buffer, ends, block.first, candidates, out);
    }
    return base::OkStatus();
  }

  base::Status Read(std::span<const uint32_t> positions, TextValues* out) const override {
    std::vector<uint32_t> ends;
    size_t i = 0;
    for (const Block& block : blocks_) {
      const uint32_t end = block.first + block.count;
      if (i == positions.size() || positions[i] >= end) {
        continue;
      }
      SB_RETURN_IF_ERROR(Ends(block, &ends));
      SB_ASSIGN_OR_RETURN(const std::string_view texts, block.blob.Read(&out->kept));
      out->bytes_decoded += texts.size();
      for (; i < positions.size() && positions[i] < end; ++i) {
        const size_t value = positions[i] - block.first;
        const uint32_t begin = value == 0 ? 0 : ends[value - 1];
        out->texts.push_back(texts.substr(begin, ends[value] - begin));
      }
    }
    return base::OkStatus();
  }

  base::Status Lengths(std::span<const uint32_t> positions,
                       std::vector<int64_t>* out) const override {
    return GatherInts(lengths_, positions, out);
  }

  int cost() const override { return 20; }

 private:
  struct Block {
    uint32_t first = 0;
    uint32_t count = 0;
    Blob blob;
  };

  base::Status Ends(const Block& block, std::vector<uint32_t>* ends) const {
    std::vector<int64_t> lengths(block.count);
    SB_RETURN_IF_ERROR(lengths_.Decode(block.first, block.first + block.count, lengths.data()));
    ends->clear();
    uint64_t end = 0;
    for (const int64_t length : lengths) {
      if (length < 0 || static_cast<uint64_t>(length) > block.blob.raw_size - end) {
        return base::DataLoss("a text reaches beyond its block");
      }
      end += static_cast<uint64_t>(length);
      ends->push_back(static_cast<uint32_t>(end));
    }
    return end == block.blob.raw_size ? base::OkStatus()
                                      : base::DataLoss("a block of text with bytes left over");
  }

  encoding::IntColumn lengths_;
  std::vector<Block> blocks_;
};

}  // namespace

void AppendBlockText(std::span<const std::string_view> values, const TextColumnOptions& options,
                     std::string* out) {
  std::vector<int64_t> lengths;
  for (const std::string_view value : values) {
    lengths.push_back(static_cast<int64_t>(value.size()));
  }
  AppendSizedInts(lengths, out);
  std::string texts;
  size_t count = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    texts.append(values[i]);
    ++count;
    if (texts.size() >= options.block_bytes || i + 1 == values.size()) {
      encoding::AppendVarint(out, count);
      AppendBlob(texts, options.zstd_level, out);
      texts.clear();
      count = 0;
    }
  }
}

OpenedText OpenBlockText(std::string_view body, uint32_t count) {
  auto column = std::make_unique<BlockText>();
  SB_RETURN_IF_ERROR(column->Parse(body, count));
  return OpenedText(std::move(column));
}

}  // namespace sb::events
