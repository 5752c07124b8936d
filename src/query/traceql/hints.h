// SPDX-License-Identifier: Apache-2.0
//
// What the hints of a query, `with(exemplars=10, sample=true)`, change.
//
//   const HintEffects hints = EffectsOf(query);
//   options.exemplars = hints.exemplars.value_or(options.exemplars);
//
//   exemplars=true|false|n   with how many exemplars a metrics query is answered
//   most_recent=…            none: the most recent traces are always found
//   sample, span_sample, trace_sample   none: every span is counted
//
// A hint that changes nothing, because it is not known or its value has another type, is no error,
// but noted. Threads: a pure function.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "query/traceql/ast.h"

namespace sb::traceql {

struct HintEffects {
  std::optional<size_t> exemplars;
  std::vector<std::string> notes;
};

inline constexpr size_t kHintExemplarsMax = 1000;

HintEffects EffectsOf(const Query& query);

}  // namespace sb::traceql
