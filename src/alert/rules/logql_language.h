// SPDX-License-Identifier: Apache-2.0
//
// LogQL for rules: groups that are stored through Loki's ruler API alert on logs and record from
// them. Threads: immutable.
#pragma once

#include <memory>
#include <string_view>

#include "alert/rules/expression.h"
#include "base/env.h"
#include "query/logql/engine.h"
#include "store/interface/event_store.h"

namespace sb::rules {

class LogqlLanguage final : public ExpressionLanguage {
 public:
  // Both must outlive the language and what it parses.
  LogqlLanguage(const store::EventReader& logs, const base::Clock& clock)
      : logs_(logs), clock_(clock) {}

  base::Result<std::unique_ptr<Expression>> Parse(std::string_view text) const override;
  std::string_view Name() const override { return "logql"; }

 private:
  const logql::Engine engine_{logql::EngineOptions()};
  const store::EventReader& logs_;
  const base::Clock& clock_;
};

}  // namespace sb::rules
