// SPDX-License-Identifier: Apache-2.0
//
// The histogram literal of test series: {{schema:0 sum:5 count:4 buckets:[1 2 1] offset:-1}}.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "model/label_name.h"
#include "query/promql/notation_cursor.h"

namespace sb::promql {
namespace {

// Each key may occur once; the buckets and their offsets only make spans together.
struct Parts {
  model::Histogram histogram;
  int32_t offset = 0;
  int32_t negative_offset = 0;
  std::vector<std::string> keys;

  bool Has(std::string_view key) const {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  }
};

base::Status TakeInto(NotationCursor* cursor, double* value) {
  SB_ASSIGN_OR_RETURN(*value, cursor->TakeSignedNumber());
  return base::OkStatus();
}

base::Status TakeInto(NotationCursor* cursor, int32_t* value) {
  SB_ASSIGN_OR_RETURN(*value, cursor->TakeInt());
  return base::OkStatus();
}

base::Status TakeInto(NotationCursor* cursor, std::vector<double>* list) {
  if (!cursor->TakeIf("[")) {
    return cursor->Unexpected("histogram description, expected \"[\"");
  }
  cursor->SkipBlanks();
  while (!cursor->TakeIf("]")) {
    SB_ASSIGN_OR_RETURN(const double value, cursor->TakeSignedNumber());
    list->push_back(value);
    if (!cursor->AtBlank() && cursor->Peek() != ']') {
      return cursor->Unexpected("buckets description");
    }
    cursor->SkipBlanks();
  }
  return base::OkStatus();
}

base::Status TakeInto(NotationCursor* cursor, model::CounterResetHint* hint) {
  const size_t begin = cursor->at();
  const std::string_view word = cursor->TakeWord();
  if (word == "unknown") {
    *hint = model::CounterResetHint::kUnknown;
  } else if (word == "reset") {
    *hint = model::CounterResetHint::kReset;
  } else if (word == "not_reset") {
    *hint = model::CounterResetHint::kNotReset;
  } else if (word == "gauge") {
    *hint = model::CounterResetHint::kGauge;
  } else {
    return cursor->ErrorAt(
        begin, "error parsing counter_reset_hint: unknown value " + model::QuoteString(word));
  }
  return base::OkStatus();
}

base::Status TakeValue(NotationCursor* cursor, std::string_view key, size_t key_at, Parts* parts) {
  model::Histogram& h = parts->histogram;
  if (key == "schema") {
    return TakeInto(cursor, &h.schema);
  }
  if (key == "sum") {
    return TakeInto(cursor, &h.sum);
  }
  if (key == "count") {
    return TakeInto(cursor, &h.count);
  }
  if (key == "z_bucket") {
    return TakeInto(cursor, &h.zero_count);
  }
  if (key == "z_bucket_w") {
    return TakeInto(cursor, &h.zero_threshold);
  }
  if (key == "custom_values") {
    return TakeInto(cursor, &h.custom_values);
  }
  if (key == "buckets") {
    return TakeInto(cursor, &h.positive_buckets);
  }
  if (key == "n_buckets") {
    return TakeInto(cursor, &h.negative_buckets);
  }
  if (key == "offset") {
    return TakeInto(cursor, &parts->offset);
  }
  if (key == "n_offset") {
    return TakeInto(cursor, &parts->negative_offset);
  }
  if (key == "counter_reset_hint") {
    return TakeInto(cursor, &h.counter_reset_hint);
  }
  return cursor->ErrorAt(key_at, "bad histogram descriptor found: " + model::QuoteString(key));
}

base::Status TakeEntry(NotationCursor* cursor, Parts* parts) {
  const size_t key_at = cursor->at();
  std::string key(cursor->TakeWord());
  if (key.empty()) {
    return cursor->Unexpected(
        "histogram description, expected histogram description key, e.g. buckets:[5 10 7]");
  }
  if (!cursor->TakeIf(":")) {
    return cursor->Error("missing `:` for histogram descriptor " + model::QuoteString(key));
  }
  if (parts->Has(key)) {
    return cursor->ErrorAt(key_at, "duplicate key " + model::QuoteString(key) + " in histogram");
  }
  SB_RETURN_IF_ERROR(TakeValue(cursor, key, key_at, parts));
  parts->keys.push_back(std::move(key));
  return base::OkStatus();
}

std::vector<model::HistogramSpan> OneSpan(int32_t offset, const std::vector<double>& buckets) {
  if (buckets.empty()) {
    return {};
  }
  return {{offset, static_cast<uint32_t>(buckets.size())}};
}

}  // namespace

base::Result<HistogramLiteral> TakeHistogram(NotationCursor* cursor) {
  if (!cursor->TakeIf("{{")) {
    return cursor->Unexpected("series values");
  }
  Parts parts;
  cursor->SkipBlanks();
  while (!cursor->TakeIf("}}")) {
    SB_RETURN_IF_ERROR(TakeEntry(cursor, &parts));
    if (!cursor->AtBlank() && cursor->Peek() != '}') {
      return cursor->Unexpected("histogram description");
    }
    cursor->SkipBlanks();
  }
  model::Histogram& h = parts.histogram;
  h.positive_spans = OneSpan(parts.offset, h.positive_buckets);
  h.negative_spans = OneSpan(parts.negative_offset, h.negative_buckets);
  HistogramLiteral literal;
  literal.counter_reset_hint_set = parts.Has("counter_reset_hint");
  literal.histogram = std::move(parts.histogram);
  return literal;
}

}  // namespace sb::promql
