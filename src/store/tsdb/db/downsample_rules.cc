// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/downsample_rules.h"

#include <algorithm>

#include "model/match_all.h"

namespace sb::tsdb {

int64_t DownsampleRules::EveryFor(const model::LabelSet& labels, int64_t age_ms) const {
  const auto first = std::find_if(rules_.begin(), rules_.end(), [&](const DownsampleRule& rule) {
    return model::MatchesAll(rule.matchers, labels);
  });
  int64_t every = 0;
  for (auto rule = first; rule != rules_.end(); ++rule) {
    if (rule->matchers == first->matchers && rule->after.Value() <= age_ms) {
      every = std::max(every, rule->every.Value());
    }
  }
  return every;
}

std::string DownsampleRules::NoteFor(int64_t age_ms) const {
  std::string note;
  bool thins = false;
  for (const DownsampleRule& rule : rules_) {
    // Those that keep all samples are named too: they except series from the rules after them.
    if (rule.after.Value() > age_ms) {
      continue;
    }
    for (const model::Matcher& matcher : rule.matchers) {
      note += " " + matcher.ToString();
    }
    note += " one in " + std::to_string(rule.every.Value()) + " ms;";
    thins = thins || rule.every.Value() > 0;
  }
  return thins ? "downsampling:" + note : "";
}

}  // namespace sb::tsdb
