// SPDX-License-Identifier: Apache-2.0
//
// Remote write 2.0: reading and writing io.prometheus.write.v2.Request. Strings are sent once per
// request, in a table of symbols; series refer to them by index.
//
//   WriteRequestV2Reader reader(bytes);            // reads the symbols
//   while (reader.NextSeries()) {
//     reader.label_refs();                         // name, value, name, value, … into symbols()
//     SB_RETURN_IF_ERROR(reader.ReadLabels(reader.label_refs(), &labels));
//     for (const WriteSample& sample : reader.samples()) …
//   }
//   SB_RETURN_IF_ERROR(reader.status());
//
// A start timestamp is per sample in the current specification and per series (created_timestamp)
// in its release candidates: both end up in WriteSample::start_time_ms.
//
// A request that was written for 1.0 has none of these fields and reads as an empty one.
//
// Limits: kSymbolsMax symbols, because two bytes of a request would make sixteen in memory.
// Lifetime: symbols point into the request; label_refs() and samples() hold until the next
// NextSeries(). Threads: one at a time.
#pragma once

#include <unordered_map>

#include "encoding/protobuf.h"
#include "wire/prometheus/write_request.h"

namespace sb::wire {

class WriteRequestV2Reader {
 public:
  static constexpr size_t kSymbolsMax = 4'000'000;

  explicit WriteRequestV2Reader(std::string_view bytes);

  bool NextSeries();
  const base::Status& status() const { return status_; }

  const std::vector<std::string_view>& symbols() const { return symbols_; }
  const std::vector<uint32_t>& label_refs() const { return label_refs_; }
  const std::vector<WriteSample>& samples() const { return samples_; }
  // For ReadHistogram and ReadExemplar.
  const std::vector<std::string_view>& histograms() const { return histograms_; }
  const std::vector<std::string_view>& exemplars() const { return exemplars_; }
  // Null if the series has none.
  const WriteMetadata* metadata() const { return has_metadata_ ? &metadata_ : nullptr; }

  // Labels sorted by name, not validated (ValidateSeriesLabels). kInvalidArgument for a reference
  // beyond the symbols or a name without value.
  base::Status ReadLabels(std::span<const uint32_t> label_refs,
                          std::vector<model::Label>* labels) const;
  base::Status ReadHistogram(std::string_view bytes, WriteHistogram* histogram) const;
  // kInvalidArgument for invalid labels too.
  base::Status ReadExemplar(std::string_view bytes, model::Exemplar* exemplar) const;

 private:
  void ReadSymbols(std::string_view bytes);
  bool ReadSeries(std::string_view bytes);
  base::Status ReadMetadata(std::string_view bytes);
  base::Status Symbol(uint64_t ref, std::string_view* symbol) const;

  encoding::ProtoReader in_;
  base::Status status_;
  std::vector<std::string_view> symbols_;
  std::vector<uint32_t> label_refs_;
  std::vector<WriteSample> samples_;
  std::vector<std::string_view> histograms_;
  std::vector<std::string_view> exemplars_;
  WriteMetadata metadata_;
  bool has_metadata_ = false;
  int64_t created_time_ms_ = 0;
};

// Collects series, then writes the request with its symbols first.
class WriteRequestV2Writer {
 public:
  WriteRequestV2Writer();

  void AddSeries(const model::LabelSet& labels, std::span<const WriteSample> samples,
                 std::span<const WriteHistogram> histograms = {},
                 std::span<const model::Exemplar> exemplars = {},
                 const WriteMetadata* metadata = nullptr);
  // Appends the request and starts over.
  void Finish(std::string* out);

 private:
  uint32_t Ref(std::string_view text);
  void AppendLabelRefs(const model::LabelSet& labels);
  void AppendExemplar(const model::Exemplar& exemplar);
  void AppendMetadata(const WriteMetadata& metadata);

  std::unordered_map<std::string, uint32_t> refs_;
  std::string symbols_;  // encoded
  std::string series_;   // encoded
};

}  // namespace sb::wire
