// SPDX-License-Identifier: Apache-2.0
//
// Condition is one compiled condition of a filter as columns evaluate it: the exact rule for one
// value (store/interface/filter_condition.h) and how to find candidates in a whole buffer of
// values at once (byte_search.h) instead of value by value.
//
//   SB_ASSIGN_OR_RETURN(Condition condition, Condition::Create(filter));
//   condition.MatchTexts(buffer, ends, first, candidates, &out);
//
// A regular expression is searched by the literal that all its matches contain, where there is one.
//
// Threads: immutable after creation.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/status.h"
#include "store/events/column/bitmap.h"
#include "store/interface/filter_condition.h"

namespace sb::events {

class Condition {
 public:
  static base::Result<Condition> Create(const store::EventFilter& filter);

  const store::FilterCondition& rule() const { return rule_; }

  // Values lie one after another in `buffer`; value i ends at ends[i]. Sets bit first + i of `out`
  // for each value that holds; values whose bit in `candidates` (null: all) is not set are left
  // out.
  void MatchTexts(std::string_view buffer, std::span<const uint32_t> ends, size_t first,
                  const Bitmap* candidates, Bitmap* out) const;

  // A piece of text that every value for which the condition holds contains; "" if none is known.
  // With fold() the piece is in lower case and contained ignoring ASCII case.
  const std::string& needle() const { return needle_; }
  bool fold() const { return fold_; }
  // True if to contain the needle is all that the condition asks.
  bool needle_decides() const { return needle_decides_; }
  // To search for the condition in a piece of a text that has so many bytes on either side of each
  // place of the needle is as good as in the text; model::kUnbounded if that is not known.
  size_t reach_bytes() const { return reach_bytes_; }

  // False if no value in [low, high] can hold; for integers and floats without NaN.
  bool MayHoldBetween(int64_t low, int64_t high) const;
  bool MayHoldBetween(double low, double high) const;
  // If the rule, for integers, is `low <= value <= high`.
  bool AsIntRange(int64_t* low, int64_t* high) const;

 private:
  Condition() = default;
  void SetRegex(const std::string& pattern);

  store::FilterCondition rule_;
  std::string needle_;
  bool fold_ = false;
  bool needle_decides_ = false;
  size_t reach_bytes_ = SIZE_MAX;
};

}  // namespace sb::events
