// SPDX-License-Identifier: Apache-2.0
//
// MetricsImport takes series of other stores, as lines:
//
//   kJsonLines       {"metric":{…},"values":[…],"timestamps":[…]}, see json_series.h
//   kPrometheusText  up{job="a"} 1 1700000000000, the text format; # lines are passed over, a line
//                    without time gets the default one of the request
//   kCsv             by a description of its columns, see csv_line.h
//   kGraphite        disk.used;host=a 42 1700000000, see wire/graphite/graphite_line.h
//
//   auto session = import.Start(format, default_time_ms, extra_labels);
//   session->Take(bytes);            // pieces of any size, as they arrive
//   MetricLinesReply reply = session->Finish();
//
// What was taken is stored piece by piece (kFlushBytes): a body may be of any length, and when the
// store fails, what came before it is kept. A bad line spoils no other. Replies: metric_lines.h.
// Threads: MetricsImport is safe for concurrent use, a session belongs to one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "ingest/import/csv_line.h"
#include "ingest/import/json_series.h"
#include "ingest/pipeline/metric_lines.h"
#include "wire/graphite/graphite_line.h"

namespace sb::ingest {

enum class ImportFormat : uint8_t { kJsonLines, kPrometheusText, kCsv, kGraphite };

class ImportSession {
 public:
  static constexpr size_t kFlushBytes = 4U << 20;
  static constexpr size_t kLineBytesMax = 64U << 20;

  // Not OK once the store failed or a line is longer than kLineBytesMax: there is no use in going
  // on, Finish() tells the peer.
  base::Status Take(std::string_view bytes);
  // Needed before lines of kCsv.
  void SetCsvFormat(CsvFormat format) { csv_format_ = std::move(format); }
  MetricLinesReply Finish();

 private:
  friend class MetricsImport;
  ImportSession(ImportFormat format, int64_t default_time_ms, base::Counter* samples,
                store::AppenderFactory* store, LossCounters* losses, const MetricLimits& limits,
                base::TimestampMs now);

  void Line(std::string_view line);
  void JsonLine(std::string_view line);
  void TextLine(std::string_view line);
  void CsvLine(std::string_view line);
  void GraphiteText(std::string_view line);

  const ImportFormat format_;
  const int64_t default_time_ms_;
  base::Counter* const samples_;
  MetricLines lines_;
  size_t line_number_ = 0;
  size_t unflushed_bytes_ = 0;
  bool is_abandoned_ = false;
  std::string rest_;  // of a line whose end is not here yet
  JsonSeries series_;
  CsvFormat csv_format_;
  CsvSamples csv_;
  wire::GraphiteLine graphite_;
  std::vector<model::Label> labels_;
};

class MetricsImport {
 public:
  // All pointers must outlive the object.
  MetricsImport(store::AppenderFactory* store, base::Env* env, LossCounters* losses,
                base::Registry* registry, MetricLimits limits = {});

  // `default_time_ms` 0: now.
  std::unique_ptr<ImportSession> Start(ImportFormat format, int64_t default_time_ms,
                                       MetricLines::ExtraLabels extra_labels);

 private:
  store::AppenderFactory* const store_;
  base::Env* const env_;
  LossCounters* const losses_;
  const MetricLimits limits_;
  base::Counter* const samples_;
};

}  // namespace sb::ingest
