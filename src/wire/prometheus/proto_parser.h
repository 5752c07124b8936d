// SPDX-License-Identifier: Apache-2.0
//
// ProtoParser reads the protobuf exposition format: io.prometheus.client.MetricFamily messages,
// each after its length as a varint. It gives the entries that the same metrics would have as text:
// a classic histogram becomes its `_count`, `_sum` and `_bucket` series, a summary likewise, with
// `le` and `quantile` as `1.0`; a native histogram is one kHistogram entry.
//
// raw_series() is synthesised (name and labels, separated by bytes that are in no UTF-8 text) and
// unique for a series. See exposition_parser.h for the contract; errors name the metric family.
//
// Source: client_model's metrics.proto and Prometheus model/textparse/protobufparse.go.
#pragma once

#include "encoding/protobuf.h"
#include "wire/prometheus/exposition_parser.h"
#include "wire/prometheus/proto_metric.h"

namespace sb::wire {

class ProtoParser final : public ExpositionParser {
 public:
  ProtoParser(std::string_view body, const ExpositionOptions& options);

  EntryKind Next() override;
  base::Status ReadLabels(std::vector<model::Label>* labels) override;
  int64_t StartTimeMs() override { return metric_.start_time_ms; }
  bool NextExemplar(model::Exemplar* exemplar) override;

 private:
  enum class State : uint8_t { kFamily, kHelp, kUnit, kType, kMetric, kNative, kClassic };

  EntryKind NextFamily();
  EntryKind NextMetric();
  EntryKind StartMetric();
  EntryKind EmitNative();
  EntryKind EmitClassic();
  EntryKind EmitSeries(EntryKind kind, std::string_view suffix, std::string_view extra_name,
                       std::string_view extra_value);
  bool ReadFamily(std::string_view bytes);
  bool CheckFamily();
  bool CheckUnit();
  bool IsHistogram() const;
  EntryKind Fail(std::string message);

  const ExpositionOptions options_;
  std::string_view rest_;
  size_t family_index_ = 0;  // of the current family, from 1
  State state_ = State::kFamily;

  std::string_view name_;
  std::string_view help_;
  std::string_view unit_;
  uint64_t family_type_ = 0;
  std::vector<std::string_view> metrics_;
  size_t next_metric_ = 0;

  ProtoMetric metric_;
  size_t part_ = 0;  // of a classic histogram or summary: 0 count, 1 sum, then buckets or quantiles
  std::string raw_copy_;
  std::string full_name_;  // with suffix
  std::string_view extra_name_;
  std::string extra_value_;
  std::vector<std::string_view> exemplars_;
  size_t next_exemplar_ = 0;
  bool exemplars_need_time_ = false;
};

}  // namespace sb::wire
