// SPDX-License-Identifier: Apache-2.0
//
// Whether labels fulfil every matcher of a selector; one without matchers fits all labels.
//
// Threads: pure.
#pragma once

#include <algorithm>
#include <span>

#include "model/label_set.h"
#include "model/matcher.h"

namespace sb::model {

inline bool MatchesAll(std::span<const Matcher> matchers, const LabelSet& labels) {
  return std::all_of(matchers.begin(), matchers.end(), [&labels](const Matcher& matcher) {
    return matcher.Matches(labels.Get(matcher.name()));
  });
}

}  // namespace sb::model
