// SPDX-License-Identifier: Apache-2.0
//
// MetricLines stores what line-oriented metrics protocols carry (Influx, imports): a
// line that cannot be read, or a sample that is refused, touches no other.
//
//   MetricLines lines(store, &losses, limits, env.clock().NowMs());
//   lines.Add(&labels, time_ms, value);           // per sample, or Series() once and AddTo()
//   lines.Fault(7, "measurement is missing");     // per line that cannot be read
//   SB_RETURN_IF_ERROR(lines.Flush());            // long bodies: durable up to here
//   MetricLinesReply reply = lines.Finish();
//
// Replies: 204 all stored; 400 some lines or samples refused for good, the others stored; 429 some
// series over the store's limit, the others stored; 503 the store could not take it: nothing since
// the last Flush() stored, send it again. The first faults are in the message, with their lines.
//
// Series are resolved once per MetricLines. Threads: one at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ingest/pipeline/metric_writer.h"

namespace sb::ingest {

struct MetricLinesReply {
  int status = 204;
  std::string message;   // empty for 204
  uint64_t stored = 0;   // samples
  uint64_t refused = 0;  // samples, and lines that could not be read
};

class MetricLines final : public SeriesSource {
 public:
  static constexpr size_t kFaultsShown = 10;
  static constexpr uint32_t kNoSeries = UINT32_MAX;
  using ExtraLabels = std::vector<std::pair<std::string, std::string>>;

  // All pointers must outlive the object.
  MetricLines(store::AppenderFactory* store, LossCounters* losses, const MetricLimits& limits,
              base::TimestampMs now);
  ~MetricLines() override;

  // Labels that every series gets, instead of its own of that name.
  void SetExtraLabels(ExtraLabels labels) { extra_ = std::move(labels); }
  base::TimestampMs now() const { return now_; }

  // The series with these labels, in any order; of several of one name the last wins. kNoSeries if
  // it is refused, with `samples` lost. The index holds for the lifetime of this object.
  uint32_t Series(std::vector<model::Label>* labels, uint64_t samples);
  void AddTo(uint32_t series, int64_t time_ms, double value);
  void Add(std::vector<model::Label>* labels, int64_t time_ms, double value);
  // A line, or a value of one, that cannot be read.
  void Fault(size_t line, std::string_view what);
  void DropText(uint64_t fields) { losses_->Add(LossReason::kMetricTextField, fields); }

  bool failed() const { return !failure_.ok(); }
  base::Status Flush();
  MetricLinesReply Finish();

  // SeriesSource
  base::Status ReadLabels(size_t series, std::vector<model::Label>* labels) override;
  void Rebind(size_t series, store::SeriesRef ref) override;

 private:
  static constexpr size_t kBatchMax = 4096;

  void AppendBatch();
  MetricWriter& Writer();
  void Note(const Rejection& rejection);

  store::AppenderFactory* const store_;
  LossCounters* const losses_;
  const MetricLimits limits_;
  const base::TimestampMs now_;
  ExtraLabels extra_;

  std::unique_ptr<MetricWriter> writer_;  // null right after a flush
  std::vector<model::LabelSet> series_;
  std::vector<store::SeriesRef> refs_;
  std::unordered_map<model::LabelSet, uint32_t, model::LabelSetHash> index_;
  std::vector<store::RefSample> batch_;
  std::vector<uint32_t> batch_series_;
  std::vector<model::Label> sorted_;

  base::Status failure_;
  MetricLinesReply reply_;
  std::vector<std::string> faults_;
  uint64_t fault_count_ = 0;
  std::vector<Rejection> rejected_;  // of all flushes
};

// NAME=VALUE as the parameter `extra_label` has it; false without '='.
bool ParseExtraLabel(std::string_view text, std::pair<std::string, std::string>* label);

}  // namespace sb::ingest
