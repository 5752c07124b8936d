// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/series_flush.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/log.h"
#include "encoding/hex.h"

namespace sb::ingest {

HistogramNames::HistogramNames(std::string name)
    : family(std::move(name)),
      bucket(family + "_bucket"),
      sum(family + "_sum"),
      count(family + "_count") {}

HistogramCell::HistogramCell(const LatencyShape* shape)
    : data(shape), slots(shape->is_exponential ? 1 : shape->bounds.size() + 3) {}

void SeriesFlush::AddCounter(SeriesSlot* slot, const ConnectorLabels* labels, std::string_view name,
                             double value, int64_t created_ms) {
  rows_.push_back(
      {slot, labels, name, "", value, nullptr, created_ms, model::MetricType::kCounter});
}

void SeriesFlush::AddHistogram(HistogramCell* cell, const ConnectorLabels* labels,
                               const HistogramNames& names, int64_t created_ms) {
  constexpr auto kType = model::MetricType::kHistogram;
  const LatencyHistogram& data = cell->data;
  if (data.shape().is_exponential) {
    rows_.push_back(
        {&cell->slots[0], labels, names.family, "", 0, data.Native(), created_ms, kType});
    return;
  }
  const std::vector<double>& bounds = data.shape().bounds;
  for (size_t i = 0; i <= bounds.size(); ++i) {
    rows_.push_back({&cell->slots[i], labels, names.bucket,
                     i == bounds.size() ? "+Inf" : fmt::format("{}", bounds[i]),
                     static_cast<double>(data.CumulativeCount(i)), nullptr, created_ms, kType});
  }
  const size_t next = bounds.size() + 1;
  rows_.push_back(
      {&cell->slots[next], labels, names.sum, "", data.sum(), nullptr, created_ms, kType});
  rows_.push_back({&cell->slots[next + 1], labels, names.count, "",
                   static_cast<double>(data.count()), nullptr, created_ms, kType});
}

void SeriesFlush::AddExemplar(SeriesSlot* slot, const ConnectorExemplar& exemplar) {
  model::Exemplar made;
  const std::string trace_id = encoding::HexOf(exemplar.trace_id);
  const std::string span_id = encoding::HexOf(exemplar.span_id);
  made.labels = model::LabelSet::FromPairs({{"trace_id", trace_id}, {"span_id", span_id}});
  made.value = exemplar.value;
  made.time_ms = exemplar.time_ms;
  made.has_time = true;
  exemplars_.push_back({slot, std::move(made)});
}

void SeriesFlush::AddExemplar(HistogramCell* cell, const ConnectorExemplar& exemplar) {
  const bool native = cell->data.shape().is_exponential;
  AddExemplar(&cell->slots[native ? 0 : cell->data.BucketOf(exemplar.value)], exemplar);
}

void SeriesFlush::AddEnd(SeriesSlot* slot) {
  ends_.push_back(slot);
}

void SeriesFlush::AddEnd(HistogramCell* cell) {
  for (SeriesSlot& slot : cell->slots) {
    AddEnd(&slot);
  }
}

model::LabelSet SeriesFlush::LabelsOf(const Row& row) const {
  std::vector<model::Label> labels;
  labels.push_back({model::kMetricName, row.name});
  if (!row.le.empty()) {
    labels.push_back({"le", row.le});
  }
  for (const auto& [name, value] : *row.labels) {
    labels.push_back({name, value});
  }
  return model::LabelSet::FromLabels(std::move(labels));
}

base::Result<store::SeriesRef> SeriesFlush::Resolve(const Row& row,
                                                    store::Appender* appender) const {
  SB_ASSIGN_OR_RETURN(const store::SeriesRef ref, appender->Resolve(LabelsOf(row)));
  model::MetricMetadata metadata;
  metadata.type = row.type;
  // A name that cannot have metadata loses nothing else.
  (void)appender->SetMetadata(ref, metadata);
  return ref;
}

base::Status SeriesFlush::AppendSample(const Row& row, const model::Sample& sample,
                                       store::Appender* appender) const {
  base::Status status = base::NotFound("");
  if (row.slot->ref != store::SeriesRef::kNone) {
    status = appender->Append(row.slot->ref, sample);
  }
  if (status.code() == base::StatusCode::kNotFound) {
    SB_ASSIGN_OR_RETURN(row.slot->ref, Resolve(row, appender));
    status = appender->Append(row.slot->ref, sample);
  }
  return status;
}

bool SeriesFlush::WriteRow(const Row& row, store::Appender* appender) const {
  model::Sample sample;
  sample.start_time_ms = std::min(row.created_ms, now_ms_ - 1);
  if (!row.slot->is_known) {
    model::Sample zero;
    zero.time_ms = sample.start_time_ms - 1;
    zero.start_time_ms = zero.time_ms;
    if (row.histogram != nullptr) {
      auto empty = std::make_shared<model::Histogram>();
      empty->schema = row.histogram->schema;
      empty->integer_counts = true;
      zero.histogram = std::move(empty);
    }
    // After a restart the old series may be newer than that; then it shows the step itself.
    (void)AppendSample(row, zero, appender);
  }
  sample.time_ms = now_ms_;
  sample.value = row.value;
  sample.histogram = row.histogram;
  return AppendSample(row, sample, appender).ok();
}

void SeriesFlush::Write(store::AppenderFactory* store, LossCounters* losses) {
  if (rows_.empty() && ends_.empty()) {
    return;
  }
  const std::unique_ptr<store::Appender> appender = store->NewAppender();
  uint64_t refused = 0;
  for (const Row& row : rows_) {
    refused += WriteRow(row, appender.get()) ? 0 : 1;
  }
  for (const SlotExemplar& row : exemplars_) {
    // Exemplars are samples of samples: one that is out of order is not missed.
    if (row.slot->ref != store::SeriesRef::kNone) {
      (void)appender->AppendExemplar(row.slot->ref, row.exemplar);
    }
  }
  for (const SeriesSlot* slot : ends_) {
    model::Sample end;
    end.time_ms = now_ms_;
    end.value = model::StaleNan();
    (void)appender->Append(slot->ref, end);
  }
  const base::Status committed = appender->Commit();
  if (!committed.ok()) {
    refused = rows_.size();
    SB_LOG_EVERY(10, kWarn, "metrics made of spans could not be stored",
                 {"error", committed.message()});
  } else {
    for (const Row& row : rows_) {
      row.slot->is_known = true;
    }
  }
  losses->Add(LossReason::kConnectorStoreRefused, refused);
}

}  // namespace sb::ingest
