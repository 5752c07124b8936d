// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/hints.h"

#include <algorithm>

namespace sb::traceql {
namespace {

constexpr size_t kExemplarsByDefault = 100;

std::optional<size_t> ExemplarsOf(const Literal& value) {
  if (value.type == ValueType::kBool) {
    return value.integer != 0 ? kExemplarsByDefault : 0;
  }
  if (value.type == ValueType::kInt && value.integer >= 0) {
    return std::min(static_cast<size_t>(value.integer), kHintExemplarsMax);
  }
  return std::nullopt;
}

}  // namespace

HintEffects EffectsOf(const Query& query) {
  HintEffects out;
  for (const Hint& hint : query.hints) {
    if (hint.name == "exemplars") {
      out.exemplars = ExemplarsOf(hint.value);
      if (!out.exemplars.has_value()) {
        out.notes.push_back("the hint exemplars takes true, false or a number");
      }
    } else if (hint.name == "sample" || hint.name == "span_sample" || hint.name == "trace_sample") {
      out.notes.push_back("the hint " + hint.name + " changes nothing: every span is counted");
    } else if (hint.name != "most_recent") {
      out.notes.push_back("the hint " + hint.name + " is not known and changes nothing");
    }
  }
  return out;
}

}  // namespace sb::traceql
