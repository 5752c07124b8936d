// SPDX-License-Identifier: Apache-2.0
//
// SampleLabels turns the labels that a target exposes into those that are stored: target labels
// joined in, honor_labels or the prefix `exported_`, metric_relabel_configs, limits, name
// validation.
//
// Source: Prometheus scrape/scrape.go (mutateSampleLabels, verifyLabelLimits). Threads: immutable.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ingest/scrape/scrape_config.h"
#include "model/label_set.h"
#include "model/relabel.h"

namespace sb::scrape {

class SampleLabels {
 public:
  // `target`: the target's labels; those that start with "__" do not reach samples.
  SampleLabels(const ScrapeConfig& config, const model::LabelSet& target,
               model::RelabelRules metric_rules);

  // `exposed`: sorted by name. The empty set: dropped by a rule. kInvalidArgument: the scrape has
  // to fail; kResourceExhausted: because of a limit.
  base::Result<model::LabelSet> Apply(std::span<const model::Label> exposed) const;
  // The labels of a series about the scrape itself.
  model::LabelSet Report(std::string_view metric) const;

 private:
  base::Status CheckLimits(const model::LabelSet& labels) const;
  base::Status CheckNames(const model::LabelSet& labels) const;
  void Join(const model::LabelSet& exposed, model::LabelSetBuilder* labels) const;

  const bool honor_labels_;
  const ScrapeLimits limits_;
  const model::NameValidation validation_;
  const model::LabelSet target_;  // without "__…"
  const model::RelabelRules rules_;
};

// `labels` without those that start with "__".
model::LabelSet WithoutReserved(const model::LabelSet& labels);

}  // namespace sb::scrape
