// SPDX-License-Identifier: Apache-2.0
//
// RetentionRules: how long samples are kept, by series. The first rule whose matchers all hold for
// a series decides; a series that none fits is kept as long as the store keeps samples in general.
//
//   RetentionRules rules({{matchers, base::Hours(24 * 7)}}, base::Hours(24 * 30));
//   int64_t oldest = rules.OldestKept(labels, db.newest_time());   // samples before it are gone
//
// Queries leave expired samples out at once; blocks are written again without them when all of a
// block is older than what a rule keeps, so that a block is written once per rule.
//
// Threads: immutable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "model/label_set.h"
#include "model/matcher.h"

namespace sb::tsdb {

struct RetentionRule {
  std::vector<model::Matcher> matchers;
  base::DurationMs keep;  // 0: for ever
};

class RetentionRules {
 public:
  RetentionRules() = default;
  // `otherwise` 0: for ever.
  RetentionRules(std::vector<RetentionRule> rules, base::DurationMs otherwise)
      : rules_(std::move(rules)), otherwise_(otherwise) {}

  bool empty() const { return rules_.empty(); }
  // INT64_MIN: all. `newest` is the time of the store's newest sample, INT64_MIN if it has none.
  int64_t OldestKept(const model::LabelSet& labels, int64_t newest) const;
  // Of any series; 0: for ever.
  base::DurationMs Longest() const;
  // Says which rules have expired for a block that ends at `end`; empty: none. A block that carries
  // it as a note has been written again for them.
  std::string NoteFor(int64_t end, int64_t newest) const;

 private:
  std::vector<RetentionRule> rules_;
  base::DurationMs otherwise_;
};

}  // namespace sb::tsdb
