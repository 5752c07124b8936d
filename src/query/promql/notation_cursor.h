// SPDX-License-Identifier: Apache-2.0
//
// NotationCursor reads the notation of test series from left to right and words its errors with
// their place: "1:5: parse error: …". Used by series_notation.cc and histogram_notation.cc only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "model/histogram.h"

namespace sb::promql {

class NotationCursor {
 public:
  NotationCursor(std::string_view text, size_t at) : text_(text), at_(at) {}

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }
  bool AtBlank() const { return Peek() == ' ' || Peek() == '\t'; }
  bool AtItemEnd() const { return AtEnd() || AtBlank(); }
  void SkipBlanks();
  bool TakeIf(std::string_view text);
  std::string_view TakeWord();  // letters, digits and underscores

  // A number without sign; the character behind it is not looked at.
  base::Result<double> TakeNumber();
  // A number or a word (Inf, NaN), with an optional sign.
  base::Result<double> TakeSignedNumber();
  base::Result<uint64_t> TakeCount();
  base::Result<int32_t> TakeInt();

  base::Status Error(std::string_view message) const { return ErrorAt(at_, message); }
  base::Status ErrorAt(size_t at, std::string_view message) const;
  // `unexpected "…" in <where>`: the rest of the item.
  base::Status Unexpected(std::string_view where) const;
  size_t at() const { return at_; }

 private:
  const std::string_view text_;
  size_t at_;
};

struct HistogramLiteral {
  model::Histogram histogram;
  bool counter_reset_hint_set = false;
};

// `{{…}}`, the cursor standing at the braces.
base::Result<HistogramLiteral> TakeHistogram(NotationCursor* cursor);

}  // namespace sb::promql
