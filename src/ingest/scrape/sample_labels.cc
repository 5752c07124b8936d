// SPDX-License-Identifier: Apache-2.0
#include "ingest/scrape/sample_labels.h"

#include <algorithm>
#include <utility>

#include "model/label_name.h"

namespace sb::scrape {
namespace {

constexpr std::string_view kExportedPrefix = "exported_";

std::string Cut(std::string_view text) {
  return std::string(text.substr(0, 50));
}

}  // namespace

model::LabelSet WithoutReserved(const model::LabelSet& labels) {
  std::vector<model::Label> kept;
  for (const model::Label& label : labels) {
    if (!label.name.starts_with("__")) {
      kept.push_back(label);
    }
  }
  return model::LabelSet::FromSorted(kept.data(), kept.size());
}

SampleLabels::SampleLabels(const ScrapeConfig& config, const model::LabelSet& target,
                           model::RelabelRules metric_rules)
    : honor_labels_(config.honor_labels),
      limits_(config.limits),
      validation_(NameValidationOf(config.metric_name_validation_scheme)),
      target_(WithoutReserved(target)),
      rules_(std::move(metric_rules)) {}

base::Result<model::LabelSet> SampleLabels::Apply(std::span<const model::Label> exposed) const {
  for (size_t i = 1; i < exposed.size(); ++i) {
    if (exposed[i].name == exposed[i - 1].name) {
      return base::InvalidArgument("label name " + model::QuoteString(exposed[i].name) +
                                   " is not unique: invalid sample");
    }
  }
  const auto base = model::LabelSet::FromSorted(exposed.data(), exposed.size());
  model::LabelSetBuilder builder(base);
  Join(base, &builder);
  if (!rules_.Apply(&builder)) {
    return model::LabelSet();
  }
  model::LabelSet labels = builder.Build();
  if (labels.empty()) {
    return labels;
  }
  if (labels.metric_name().empty()) {
    return base::InvalidArgument("missing metric name (__name__ label)");
  }
  SB_RETURN_IF_ERROR(CheckNames(labels));
  SB_RETURN_IF_ERROR(CheckLimits(labels));
  return labels;
}

void SampleLabels::Join(const model::LabelSet& exposed, model::LabelSetBuilder* labels) const {
  std::vector<model::Label> conflicts;
  for (const model::Label& label : target_) {
    const std::string_view existing = exposed.Get(label.name);
    if (honor_labels_ && exposed.Has(label.name)) {
      continue;
    }
    if (!existing.empty()) {
      conflicts.push_back({label.name, existing});
    }
    labels->Set(label.name, label.value);
  }
  std::stable_sort(
      conflicts.begin(), conflicts.end(),
      [](const model::Label& a, const model::Label& b) { return a.name.size() < b.name.size(); });
  for (const model::Label& conflict : conflicts) {
    std::string name = std::string(kExportedPrefix) + std::string(conflict.name);
    while (!labels->Get(name).empty()) {
      name = std::string(kExportedPrefix) + name;
    }
    labels->Set(name, conflict.value);
  }
}

base::Status SampleLabels::CheckNames(const model::LabelSet& labels) const {
  for (const model::Label& label : labels) {
    const bool is_metric = label.name == model::kMetricName;
    bool valid = model::IsValidUtf8(label.value) && model::IsValidUtf8(label.name);
    if (validation_ == model::NameValidation::kLegacy) {
      valid = valid && (is_metric ? model::IsLegacyMetricName(label.value)
                                  : model::IsLegacyLabelName(label.name));
    }
    if (!valid) {
      return base::InvalidArgument("invalid metric name or label names: " +
                                   labels.ToString().substr(0, 512));
    }
  }
  return base::OkStatus();
}

base::Status SampleLabels::CheckLimits(const model::LabelSet& labels) const {
  const std::string metric = "metric: " + Cut(labels.metric_name());
  if (limits_.label_limit > 0 && labels.size() > limits_.label_limit) {
    return base::ResourceExhausted("label_limit exceeded (" + metric +
                                   ", number of labels: " + std::to_string(labels.size()) +
                                   ", limit: " + std::to_string(limits_.label_limit) + ")");
  }
  if (limits_.label_name_length_limit == 0 && limits_.label_value_length_limit == 0) {
    return base::OkStatus();
  }
  for (const model::Label& label : labels) {
    const uint64_t name_max = limits_.label_name_length_limit;
    if (name_max > 0 && label.name.size() > name_max) {
      return base::ResourceExhausted("label_name_length_limit exceeded (" + metric +
                                     ", label name: " + Cut(label.name) +
                                     ", length: " + std::to_string(label.name.size()) +
                                     ", limit: " + std::to_string(name_max) + ")");
    }
    const uint64_t value_max = limits_.label_value_length_limit;
    if (value_max > 0 && label.value.size() > value_max) {
      return base::ResourceExhausted("label_value_length_limit exceeded (" + metric +
                                     ", label name: " + Cut(label.name) +
                                     ", value: " + model::QuoteString(label.value.substr(0, 50)) +
                                     ", length: " + std::to_string(label.value.size()) +
                                     ", limit: " + std::to_string(value_max) + ")");
    }
  }
  return base::OkStatus();
}

model::LabelSet SampleLabels::Report(std::string_view metric) const {
  model::LabelSetBuilder builder(target_);
  builder.Set(model::kMetricName, metric);
  return builder.Build();
}

}  // namespace sb::scrape
