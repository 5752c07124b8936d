// SPDX-License-Identifier: Apache-2.0
//
// The results of a test as the JSON that handleSummary(data) gets and --summary-export writes:
// root_group, options, state, metrics. Source: k6 documentation, "Custom summary".
#pragma once

#include <string>

#include "runner.h"
#include "test_state.h"

namespace sb::load {

struct SummaryView {
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;
  bool with_values = false;  // the value of each threshold too: for the built-in text
  std::string setup_json;
};

std::string SummaryJson(TestState& test, Runner& runner, const SummaryView& view);

// The lines about the slowest requests, with the trace of each; empty without any.
std::string SlowestText(const Runner& runner);

}  // namespace sb::load
