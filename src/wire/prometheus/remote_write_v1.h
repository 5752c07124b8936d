// SPDX-License-Identifier: Apache-2.0
//
// Remote write 1.0: reading and writing prometheus.WriteRequest, without copies and without parsing
// what the receiver already knows.
//
//   WriteRequestV1Reader reader(bytes);
//   while (reader.NextSeries()) {
//     SeriesRef* known = cache.Find(Hash(reader.label_bytes()));
//     if (known == nullptr) SB_RETURN_IF_ERROR(ReadLabelsV1(reader.label_bytes(), &labels));
//     for (const WriteSample& sample : reader.samples()) …
//   }
//   SB_RETURN_IF_ERROR(reader.status());
//   for (const WriteMetadata& metadata : reader.metadata()) …
//
// label_bytes() are the Label messages of the series as they were sent: the same sender writes the
// same series in the same bytes each time, so that they can key a cache. Series before a malformed
// one are given out; status() then is kInvalidArgument.
//
// Lifetime: label_bytes(), histograms(), exemplars() and metadata() point into the request (or the
// reader) and hold as long as both; samples() until the next NextSeries(). Threads: one at a time.
#pragma once

#include <deque>

#include "encoding/protobuf.h"
#include "wire/prometheus/write_request.h"

namespace sb::wire {

class WriteRequestV1Reader {
 public:
  explicit WriteRequestV1Reader(std::string_view bytes);

  bool NextSeries();
  const base::Status& status() const { return status_; }

  std::string_view label_bytes() const { return label_bytes_; }
  const std::vector<WriteSample>& samples() const { return samples_; }
  // For ReadWriteHistogram and ReadExemplarV1.
  const std::vector<std::string_view>& histograms() const { return histograms_; }
  const std::vector<std::string_view>& exemplars() const { return exemplars_; }
  // Complete when NextSeries() has returned false.
  const std::vector<WriteMetadata>& metadata() const { return metadata_; }

 private:
  bool ReadSeries(std::string_view bytes);
  bool Stop();
  void AddLabel(std::string_view label, const char* series_begin);
  base::Status ReadMetadata(std::string_view bytes);

  encoding::ProtoReader in_;
  base::Status status_;
  std::string_view label_bytes_;
  std::vector<WriteSample> samples_;
  std::vector<std::string_view> histograms_;
  std::vector<std::string_view> exemplars_;
  std::vector<WriteMetadata> metadata_;
  std::deque<std::string> joined_;  // labels of series that do not have them in one piece
};

// The labels, sorted by name; not validated (ValidateSeriesLabels).
base::Status ReadLabelsV1(std::string_view label_bytes, std::vector<model::Label>* labels);
// kInvalidArgument for invalid labels too.
base::Status ReadExemplarV1(std::string_view bytes, model::Exemplar* exemplar);

// Writes a request, series by series.
class WriteRequestV1Writer {
 public:
  explicit WriteRequestV1Writer(std::string* out) : out_(out) {}

  void AddSeries(const model::LabelSet& labels, std::span<const WriteSample> samples,
                 std::span<const WriteHistogram> histograms = {},
                 std::span<const model::Exemplar> exemplars = {});
  void AddMetadata(const WriteMetadata& metadata);

 private:
  std::string* out_;
};

}  // namespace sb::wire
