// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "encoding/hash.h"
#include "encoding/int_column.h"
#include "store/events/column/blob.h"
#include "store/events/column/byte_search.h"
#include "store/events/column/int_values.h"
#include "store/events/column/text_forms.h"

namespace sb::events {
namespace {

constexpr size_t kEntriesMax = 65536;
// From this many values on a dictionary must have at most 5/8 as many entries as values.
constexpr size_t kJudgedFrom = 512;
constexpr size_t kValuesAhead = 12;

bool TooVaried(size_t entries, size_t values) {
  return entries > kEntriesMax || (values >= kJudgedFrom && entries > values / 8 * 5);
}

// Distinct values in order of appearance.
class DictionaryBuilder {
 public:
  // False if the values are too varied.
  bool Build(std::span<const std::string_view> values) {
    slots_.assign(1024, 0);
    codes_.reserve(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
      // Values lie far apart in memory: in the lines they are words of.
      __builtin_prefetch(values[std::min(i + kValuesAhead, values.size() - 1)].data());
      codes_.push_back(CodeOf(values[i]));
      if (TooVaried(entries_.size(), codes_.size())) {
        return false;
      }
    }
    return true;
  }
  const std::vector<std::string_view>& entries() const { return entries_; }
  const std::vector<int64_t>& codes() const { return codes_; }

 private:
  uint32_t CodeOf(std::string_view value) {
    // Neighbours are often equal: traces, streams.
    if (!codes_.empty() && entries_[last_] == value) {
      return last_;
    }
    if (entries_.size() * 2 >= slots_.size()) {
      Grow();
    }
    const uint64_t hash = encoding::Hash64Of(value);
    const size_t mask = slots_.size() - 1;
    for (size_t at = hash & mask;; at = (at + 1) & mask) {
      if (slots_[at] == 0) {
        entries_.push_back(value);
        hashes_.push_back(hash);
        slots_[at] = static_cast<uint32_t>(entries_.size());
        return last_ = slots_[at] - 1;
      }
      const uint32_t code = slots_[at] - 1;
      if (hashes_[code] == hash && entries_[code] == value) {
        return last_ = code;
      }
    }
  }

  void Grow() {
    slots_.assign(slots_.size() * 4, 0);
    const size_t mask = slots_.size() - 1;
    for (uint32_t code = 0; code < entries_.size(); ++code) {
      size_t at = hashes_[code] & mask;
      while (slots_[at] != 0) {
        at = (at + 1) & mask;
      }
      slots_[at] = code + 1;
    }
  }

  std::vector<std::string_view> entries_;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> slots_;
  std::vector<int64_t> codes_;
  uint32_t last_ = 0;
};

// Whether the entries, one after another, can have the needle in one of them.
bool MayHave(std::string_view texts, std::string_view needle, bool fold) {
  return needle.empty() || (fold ? FindFolded : FindBytes)(
                               texts.data(), texts.data() + texts.size(), needle) != nullptr;
}

class DictionaryText final : public TextColumn {
 public:
  base::Status Parse(std::string_view body, uint32_t count) {
    encoding::ByteReader in(body);
    const uint64_t entries = in.Varint();
    if (!in.ok() || entries > kEntriesMax) {
      return base::DataLoss("a dictionary with too many entries");
    }
    encoding::IntColumn lengths;
    SB_RETURN_IF_ERROR(ReadSizedInts(in, entries, &lengths));
    std::vector<int64_t> sizes(entries);
    SB_RETURN_IF_ERROR(lengths.Decode(0, entries, sizes.data()));
    Blob blob;
    SB_RETURN_IF_ERROR(blob.Parse(in));
    SB_RETURN_IF_ERROR(ReadSizedInts(in, count, &codes_));
    SB_ASSIGN_OR_RETURN(std::string_view texts, blob.Read(&kept_));
    texts_ = texts;
    entries_.reserve(entries);
    for (const int64_t size : sizes) {
      if (size < 0 || static_cast<uint64_t>(size) > texts.size()) {
        return base::DataLoss("a dictionary entry reaches beyond the end");
      }
      entries_.push_back(texts.substr(0, static_cast<size_t>(size)));
      texts.remove_prefix(static_cast<size_t>(size));
    }
    return in.empty() && texts.empty() ? base::OkStatus()
                                       : base::DataLoss("a dictionary with bytes left over");
  }

  base::Status Evaluate(const Condition& condition, const Bitmap* /*candidates*/,
                        Bitmap* out) const override {
    if (!MayHave(texts_, condition.needle(), condition.fold())) {
      return base::OkStatus();
    }
    std::vector<uint8_t> holds(entries_.size());
    size_t holding = 0;
    for (size_t i = 0; i < entries_.size(); ++i) {
      holds[i] = condition.rule().HoldsText(entries_[i]) ? 1 : 0;
      holding += holds[i];
    }
    if (holding == 0) {
      return base::OkStatus();
    }
    std::array<int64_t, encoding::kDecodeStride> codes;
    for (size_t begin = 0; begin < codes_.count();) {
      const size_t end = codes_.StrideEnd(begin);
      SB_RETURN_IF_ERROR(codes_.Decode(begin, end, codes.data()));
      for (size_t i = begin; i < end; ++i) {
        const auto code = static_cast<uint64_t>(codes[i - begin]);
        if (code >= holds.size()) {
          return BadCode();
        }
        if (holds[code] != 0) {
          out->Set(i);
        }
      }
      begin = end;
    }
    return base::OkStatus();
  }

  base::Status Read(std::span<const uint32_t> positions, TextValues* out) const override {
    std::vector<int64_t> codes;
    SB_RETURN_IF_ERROR(GatherInts(codes_, positions, &codes));
    out->dictionary = entries_;
    for (const int64_t code : codes) {
      if (static_cast<uint64_t>(code) >= entries_.size()) {
        return BadCode();
      }
      out->codes.push_back(static_cast<uint32_t>(code));
      out->texts.push_back(entries_[static_cast<size_t>(code)]);
    }
    out->kept.insert(out->kept.end(), kept_.begin(), kept_.end());
    for (const std::string_view entry : entries_) {
      out->bytes_decoded += entry.size();
    }
    return base::OkStatus();
  }

  base::Status Lengths(std::span<const uint32_t> positions,
                       std::vector<int64_t>* out) const override {
    const size_t before = out->size();
    SB_RETURN_IF_ERROR(GatherInts(codes_, positions, out));
    for (size_t i = before; i < out->size(); ++i) {
      const auto code = static_cast<uint64_t>((*out)[i]);
      if (code >= entries_.size()) {
        return BadCode();
      }
      (*out)[i] = static_cast<int64_t>(entries_[code].size());
    }
    return base::OkStatus();
  }

  int cost() const override { return 2; }

 private:
  static base::Status BadCode() { return base::DataLoss("a code that is not in the dictionary"); }

  std::string_view texts_;  // all entries
  std::vector<std::string_view> entries_;
  std::vector<std::shared_ptr<const std::string>> kept_;
  encoding::IntColumn codes_;
};

}  // namespace

bool AppendDictionaryText(std::span<const std::string_view> values,
                          const TextColumnOptions& options, std::string* out) {
  DictionaryBuilder builder;
  if (!builder.Build(values)) {
    return false;
  }
  std::vector<int64_t> lengths;
  std::string texts;
  for (const std::string_view entry : builder.entries()) {
    lengths.push_back(static_cast<int64_t>(entry.size()));
    texts.append(entry);
  }
  encoding::AppendVarint(out, lengths.size());
  AppendSizedInts(lengths, out);
  AppendBlob(texts, options.zstd_level, out);
  AppendSizedInts(builder.codes(), out);
  return true;
}

base::Result<bool> DictionaryMayHave(std::string_view body, std::string_view word, bool fold) {
  encoding::ByteReader in(body);
  in.Varint();          // number of entries
  in.LengthPrefixed();  // their lengths
  Blob blob;
  SB_RETURN_IF_ERROR(blob.Parse(in));
  std::vector<std::shared_ptr<const std::string>> kept;
  SB_ASSIGN_OR_RETURN(const std::string_view texts, blob.Read(&kept));
  return MayHave(texts, word, fold);
}

OpenedText OpenDictionaryText(std::string_view body, uint32_t count) {
  auto column = std::make_unique<DictionaryText>();
  SB_RETURN_IF_ERROR(column->Parse(body, count));
  return OpenedText(std::move(column));
}

}  // namespace sb::events
