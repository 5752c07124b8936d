// SPDX-License-Identifier: Apache-2.0
//
// DownsampleRules: which series are thinned out (store/tsdb/block/downsample.h) how much, and when.
//
//   DownsampleRules rules({{{}, base::Hours(24 * 30), base::Minutes(5)},
//                          {{}, base::Hours(24 * 180), base::Minutes(60)}});
//   int64_t every = rules.EveryFor(labels, newest - block_end);    // 0: all samples stay
//
// The first rule whose matchers all hold for a series decides, together with the others of the very
// same matchers; of these the longest `every` whose time has come. A block is thinned out when all
// of it is old enough.
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

struct DownsampleRule {
  std::vector<model::Matcher> matchers;  // none: all series
  base::DurationMs after;
  base::DurationMs every;  // 0: all samples stay
};

class DownsampleRules {
 public:
  DownsampleRules() = default;
  explicit DownsampleRules(std::vector<DownsampleRule> rules) : rules_(std::move(rules)) {}

  bool empty() const { return rules_.empty(); }
  // Milliseconds; 0: all samples stay. `age_ms` is how much older the block's end is than the
  // store's newest sample.
  int64_t EveryFor(const model::LabelSet& labels, int64_t age_ms) const;
  // Says which rules hold for a block of that age; empty: none. A block that carries it as a note
  // has been thinned out by them.
  std::string NoteFor(int64_t age_ms) const;

 private:
  std::vector<DownsampleRule> rules_;
};

}  // namespace sb::tsdb
