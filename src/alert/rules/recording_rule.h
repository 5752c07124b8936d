// SPDX-License-Identifier: Apache-2.0
//
// A recording rule: its expression's vector under another name.
#pragma once

#include "alert/rules/rule.h"

namespace sb::rules {

class RecordingRule final : public Rule {
 public:
  using Rule::Rule;
  base::Result<query::InstantVector> Evaluate(const EvaluationContext& context) override;
  std::vector<std::string> Outputs() const override { return {spec_.record}; }
};

}  // namespace sb::rules
