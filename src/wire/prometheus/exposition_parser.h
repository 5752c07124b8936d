// SPDX-License-Identifier: Apache-2.0
//
// ExpositionParser reads what a scrape target answered, entry by entry, without copying:
//
//   std::unique_ptr<ExpositionParser> parser = NewExpositionParser(format, body, options);
//   for (EntryKind kind = parser->Next(); kind != EntryKind::kEnd; kind = parser->Next()) {
//     switch (kind) {
//       case EntryKind::kInvalid: return parser->status();      // "line 7: expected label name, …"
//       case EntryKind::kSeries:
//         auto* known = cache.Find(parser->raw_series());
//         if (known == nullptr) SB_RETURN_IF_ERROR(parser->ReadLabels(&labels));
//         …
//
// raw_series() is the series as its target wrote it, before the value. It is meant as the key of a
// cache per target: Next() only finds where it ends, and its syntax is checked by ReadLabels(), so
// a caller must call ReadLabels() once for every raw_series() that it has not seen before.
// Everything else (value, timestamp, exemplar) is checked by Next().
//
// An error ends the parsing; Next() then keeps returning kInvalid. Entries before it were good, but
// a scrape is all or nothing: do not apply half of one.
//
// Lifetime: all views point into the body or into the parser and hold until the next call of
// Next(). Threads: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "model/sample.h"
#include "wire/prometheus/exposition_format.h"

namespace sb::wire {

enum class EntryKind : uint8_t {
  kType,       // metric_name(), type()
  kHelp,       // metric_name(), text()
  kUnit,       // metric_name(), text()
  kComment,    // text()
  kSeries,     // raw_series(), value(), …
  kHistogram,  // raw_series(), histogram(), …: a native histogram (protobuf only)
  kEnd,
  kInvalid  // status()
};

struct ExpositionOptions {
  // OpenMetrics: `x_created` lines only give their series a start timestamp (StartTimeMs) and are
  // not series themselves.
  bool skip_created_series = true;
  // Protobuf: give out native histograms; else only their classic buckets.
  bool native_histograms = true;
  // Protobuf: give out the classic buckets of a histogram that is also native.
  bool always_classic_histograms = false;
};

class ExpositionParser {
 public:
  virtual ~ExpositionParser() = default;

  virtual EntryKind Next() = 0;
  const base::Status& status() const { return status_; }

  // Of the metadata entry.
  std::string_view metric_name() const { return metric_name_; }
  std::string_view text() const { return text_; }
  // Of the last kType entry.
  model::MetricType type() const { return type_; }

  std::string_view raw_series() const { return raw_series_; }
  // Any NaN is the canonical one: exposition formats carry no NaN payload.
  double value() const { return value_; }
  bool has_time() const { return has_time_; }
  int64_t time_ms() const { return time_ms_; }
  const model::HistogramPtr& histogram() const { return histogram_; }

  // The labels of the series, `__name__` included, sorted by name. Values of `le` and `quantile`
  // are normalised (`1` -> `1.0`). kInvalidArgument with line and reason for broken syntax;
  // duplicate names, empty values and a missing metric name are given out as they are
  // (ValidateSeriesLabels).
  virtual base::Status ReadLabels(std::vector<model::Label>* labels) = 0;
  // When the counter, histogram or summary started, 0 if unknown.
  virtual int64_t StartTimeMs() { return 0; }
  // Gives one exemplar of the current entry; false when there is no further one.
  virtual bool NextExemplar(model::Exemplar* exemplar) {
    (void)exemplar;
    return false;
  }

 protected:
  base::Status status_;
  std::string_view metric_name_;
  std::string_view text_;
  std::string_view raw_series_;
  double value_ = 0;
  int64_t time_ms_ = 0;
  bool has_time_ = false;
  model::MetricType type_ = model::MetricType::kUnknown;
  model::HistogramPtr histogram_;
};

// `body` must outlive the parser.
std::unique_ptr<ExpositionParser> NewExpositionParser(ExpositionFormat format,
                                                      std::string_view body,
                                                      const ExpositionOptions& options = {});

}  // namespace sb::wire
