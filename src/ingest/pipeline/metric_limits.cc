// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/metric_limits.h"

#include "wire/prometheus/name_rules.h"

namespace sb::ingest {
namespace {

bool Exceeds(size_t value, size_t limit) {
  return limit != 0 && value > limit;
}

std::string Describe(const char* what, size_t value, size_t limit,
                     std::span<const model::Label> labels) {
  return std::string(what) + " " + std::to_string(value) + " exceeds the limit of " +
         std::to_string(limit) + " for series " + wire::LabelsForMessage(labels, 128);
}

}  // namespace

std::optional<LimitBreach> CheckLabelLimits(const MetricLimits& limits,
                                            std::span<const model::Label> labels) {
  if (Exceeds(labels.size(), limits.label_count_max)) {
    return LimitBreach{LossReason::kLabelCountLimit,
                       Describe("label count", labels.size(), limits.label_count_max, labels)};
  }
  for (const model::Label& label : labels) {
    if (Exceeds(label.name.size(), limits.label_name_bytes_max)) {
      return LimitBreach{
          LossReason::kLabelNameLimit,
          Describe("label name length", label.name.size(), limits.label_name_bytes_max, labels)};
    }
    if (Exceeds(label.value.size(), limits.label_value_bytes_max)) {
      return LimitBreach{
          LossReason::kLabelValueLimit,
          Describe("label value length", label.value.size(), limits.label_value_bytes_max, labels)};
    }
  }
  return std::nullopt;
}

}  // namespace sb::ingest
