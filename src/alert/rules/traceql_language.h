// SPDX-License-Identifier: Apache-2.0
//
// TraceQL for rules: groups that are stored through the ruler API of the Tempo door alert on spans
// and record from them, as in
//
//   { status = error } | rate() by (resource.service.name) > 2 with(window="10m")
//
// Evaluated over the window that ends at the evaluation (5 minutes unless the hint says otherwise).
// Attributes become labels without their scope and with _ for what no label may have:
// resource.service.name is service_name.
//
// Threads: immutable.
#pragma once

#include <memory>
#include <string_view>

#include "alert/rules/expression.h"
#include "base/env.h"
#include "store/interface/event_store.h"

namespace sb::rules {

class TraceqlLanguage final : public ExpressionLanguage {
 public:
  // Both must outlive the language and what it parses.
  TraceqlLanguage(const store::EventReader& spans, const base::Clock& clock)
      : spans_(spans), clock_(clock) {}

  base::Result<std::unique_ptr<Expression>> Parse(std::string_view text) const override;
  std::string_view Name() const override { return "traceql"; }

 private:
  const store::EventReader& spans_;
  const base::Clock& clock_;
};

}  // namespace sb::rules
