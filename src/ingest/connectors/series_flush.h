// SPDX-License-Identifier: Apache-2.0
//
// SeriesFlush writes what connectors have counted into the metrics store: rows are gathered while
// the connector is locked and written after that.
//
//   SeriesFlush flush(now_ms);
//   flush.AddCounter(&slot, &labels, "traces_spanmetrics_calls_total", "", 5);
//   flush.AddHistogram(&cell, &labels, names);
//   flush.Write(store, &losses);
//
// A series that is new gets a sample of zero just before it was first counted, so that rate() and
// increase() see its first step. Counters are cumulative: what one write could not store, the next
// one brings.
//
// Threads: one flush at a time for the slots that it names.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/connectors/attribute_lookup.h"
#include "ingest/connectors/latency_histogram.h"
#include "ingest/pipeline/loss.h"
#include "store/interface/appender.h"

namespace sb::ingest {

// Where one series stands in the store. Touched by flushes only.
struct SeriesSlot {
  store::SeriesRef ref = store::SeriesRef::kNone;
  bool is_known = false;  // has samples already
};

struct ConnectorExemplar {
  std::string trace_id;
  std::string span_id;
  double value = 0;
  int64_t time_ms = 0;
};

// The names of a histogram's series.
struct HistogramNames {
  explicit HistogramNames(std::string family);
  std::string family;  // of a native histogram
  std::string bucket;
  std::string sum;
  std::string count;
};

struct HistogramCell {
  explicit HistogramCell(const LatencyShape* shape);
  LatencyHistogram data;
  std::vector<SeriesSlot> slots;  // native: one; else bounds, +Inf, sum, count
};

class SeriesFlush {
 public:
  // `created_ms` of a row: when its series was first counted.
  explicit SeriesFlush(int64_t now_ms) : now_ms_(now_ms) {}

  // Slots, labels and names must stay until Write() returns.
  void AddCounter(SeriesSlot* slot, const ConnectorLabels* labels, std::string_view name,
                  double value, int64_t created_ms);
  void AddHistogram(HistogramCell* cell, const ConnectorLabels* labels, const HistogramNames& names,
                    int64_t created_ms);
  // Of a row that was added before; of a histogram the bucket that holds the value.
  void AddExemplar(SeriesSlot* slot, const ConnectorExemplar& exemplar);
  void AddExemplar(HistogramCell* cell, const ConnectorExemplar& exemplar);
  // The series ends here.
  void AddEnd(SeriesSlot* slot);
  void AddEnd(HistogramCell* cell);

  void Write(store::AppenderFactory* store, LossCounters* losses);
  size_t row_count() const { return rows_.size(); }

 private:
  struct Row {
    SeriesSlot* slot;
    const ConnectorLabels* labels;
    std::string_view name;
    std::string le;  // of buckets
    double value;
    model::HistogramPtr histogram;
    int64_t created_ms;
    model::MetricType type;
  };
  struct SlotExemplar {
    SeriesSlot* slot;
    model::Exemplar exemplar;
  };
  base::Result<store::SeriesRef> Resolve(const Row& row, store::Appender* appender) const;
  bool WriteRow(const Row& row, store::Appender* appender) const;
  base::Status AppendSample(const Row& row, const model::Sample& sample,
                            store::Appender* appender) const;
  model::LabelSet LabelsOf(const Row& row) const;

  const int64_t now_ms_;
  std::vector<Row> rows_;
  std::vector<SlotExemplar> exemplars_;
  std::vector<SeriesSlot*> ends_;
};

}  // namespace sb::ingest
