// SPDX-License-Identifier: Apache-2.0
//
// NativeImport takes what /api/v1/export/native gave (wire/prometheus/native_stream.h), and what
// VictoriaMetrics gave there (victoria_native.h), of any age: samples that appenders still take go
// their way; older ones are collected and become blocks.
//
//   NativeImport import(parts, extra_labels);
//   import.Take(bytes);                        // pieces of any size, as they arrive
//   MetricLinesReply reply = import.Finish();
//
// Replies as in metric_lines.h; a stream that is cut or damaged is 400 and says which frame or
// block: those before it are stored. Series that are refused (labels) touch no other. Memory: one
// frame and kPastSamplesMax samples. Threads: one at a time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"
#include "base/time.h"
#include "ingest/pipeline/metric_limits.h"
#include "ingest/pipeline/metric_lines.h"
#include "model/sample.h"
#include "wire/prometheus/native_stream.h"
#include "wire/prometheus/remote_write_v2.h"
#include "wire/prometheus/victoria_native.h"

namespace sb::ingest {

class NativeImport {
 public:
  using PastSeries = std::map<model::LabelSet, model::SampleColumns>;
  struct Parts {
    // Stores a request of remote write 2.0.
    std::function<MetricLinesReply(std::string_view request)> write_recent;
    // Stores samples of the past; durable on return.
    std::function<base::Status(const PastSeries& series)> write_past;
    // Samples before it belong to the past.
    std::function<base::TimestampMs()> past_end;
    MetricLimits limits;
    LossCounters* losses = nullptr;
  };
  // A histogram is counted as kSamplesPerHistogram.
  static constexpr uint64_t kPastSamplesMax = 2'000'000;
  static constexpr uint64_t kSamplesPerHistogram = 16;

  NativeImport(const Parts* parts, MetricLines::ExtraLabels extra_labels)
      : parts_(parts), extra_(std::move(extra_labels)) {}

  // Not OK: there is no use in going on, Finish() tells the peer.
  base::Status Take(std::string_view bytes);
  MetricLinesReply Finish();

 private:
  // The next frame or block; false if more bytes are needed.
  base::Result<bool> TakeNext();
  base::Status TakeRequest(std::string_view request);
  base::Status TakeBlock(const wire::VictoriaBlock& block);
  base::Status WriteRecent(wire::WriteRequestV2Writer* recent);
  // labels_ with the request's own; false: they are refused. `status`: of reading them.
  bool AcceptLabels(base::Status status, uint64_t samples);
  base::Status TakeSeries(const wire::WriteRequestV2Reader& reader, base::TimestampMs past_end,
                          wire::WriteRequestV2Writer* recent, bool* has_recent);
  base::Status AddPast(model::SampleColumns* columns, const model::Sample& sample);
  void OrderLoose();
  base::Status FlushPast();
  void Add(const MetricLinesReply& reply);
  void Refuse(int status, uint64_t samples, std::string_view why);

  const Parts* const parts_;
  const MetricLines::ExtraLabels extra_;
  enum class Format : uint8_t { kUnknown, kOurs, kVictoria };
  // Samples of blocks that come in any order.
  using LooseSeries = std::map<model::LabelSet, std::vector<std::pair<int64_t, double>>>;
  Format format_ = Format::kUnknown;
  wire::NativeStreamReader stream_;
  wire::VictoriaNativeReader victoria_;
  LooseSeries loose_;
  std::vector<model::Label> labels_;
  PastSeries past_;
  uint64_t past_samples_ = 0;
  uint64_t past_weight_ = 0;
  bool is_over_ = false;
  MetricLinesReply reply_;
};

}  // namespace sb::ingest
