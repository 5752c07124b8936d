// SPDX-License-Identifier: Apache-2.0
#include "query/promql/series_notation.h"

#include <memory>
#include <string>
#include <utility>

#include "model/label_name.h"
#include "model/sample.h"
#include "query/promql/literals.h"
#include "query/promql/notation_cursor.h"
#include "query/promql/parser_internal.h"

namespace sb::promql {
namespace {

using Values = std::vector<SequenceValue>;
using Offsets = std::vector<std::optional<int64_t>>;

SequenceValue Omitted() {
  SequenceValue value;
  value.omitted = true;
  return value;
}

SequenceValue FloatValue(double number) {
  SequenceValue value;
  value.value = number;
  return value;
}

// `xN` stands for N+1 values.
base::Result<uint64_t> TakeRepetition(NotationCursor* cursor, size_t already) {
  SB_ASSIGN_OR_RETURN(const uint64_t count, cursor->TakeCount());
  if (count >= kSeriesValuesMax - already) {
    return cursor->Error("more than " + std::to_string(kSeriesValuesMax) + " values in a series");
  }
  return count;
}

base::Status TakeOmitted(NotationCursor* cursor, Values* values) {
  uint64_t count = 1;
  if (cursor->TakeIf("x")) {
    SB_ASSIGN_OR_RETURN(count, TakeRepetition(cursor, values->size()));
  }
  values->insert(values->end(), count, Omitted());
  return base::OkStatus();
}

base::Status TakeFloats(NotationCursor* cursor, Values* values) {
  SB_ASSIGN_OR_RETURN(double number, cursor->TakeSignedNumber());
  double step = 0;
  const bool steps = cursor->Peek() == '+' || cursor->Peek() == '-';
  if (steps) {
    SB_ASSIGN_OR_RETURN(step, cursor->TakeSignedNumber());
  }
  uint64_t count = 0;
  if (cursor->TakeIf("x")) {
    SB_ASSIGN_OR_RETURN(count, TakeRepetition(cursor, values->size()));
  } else if (steps) {
    return cursor->Unexpected("series values, expected \"x\" and a repetition");
  }
  for (uint64_t i = 0; i <= count; ++i) {
    values->push_back(FloatValue(number));
    number = steps ? number + step : number;
  }
  return base::OkStatus();
}

base::Result<model::HistogramPtr> NextHistogram(const NotationCursor& cursor,
                                                const model::Histogram& current,
                                                const model::Histogram& increment,
                                                HistogramStep step,
                                                const CombineHistograms& combine) {
  if (current.schema > increment.schema) {
    return cursor.Error("error combining histograms: cannot merge from schema " +
                        std::to_string(increment.schema) + " to " + std::to_string(current.schema));
  }
  base::Result<model::HistogramPtr> next = combine(current, increment, step);
  if (!next.ok()) {
    return cursor.Error(next.status().message());
  }
  return next;
}

base::Status TakeHistograms(NotationCursor* cursor, const CombineHistograms& combine,
                            Values* values) {
  SB_ASSIGN_OR_RETURN(HistogramLiteral first, TakeHistogram(cursor));
  SequenceValue value;
  value.counter_reset_hint_set = first.counter_reset_hint_set;
  value.histogram = std::make_shared<const model::Histogram>(std::move(first.histogram));
  const bool steps = cursor->Peek() == '+' || cursor->Peek() == '-';
  HistogramLiteral increment;
  HistogramStep step = HistogramStep::kAdd;
  if (steps) {
    step = cursor->TakeIf("-") ? HistogramStep::kSubtract : HistogramStep::kAdd;
    cursor->TakeIf("+");
    SB_ASSIGN_OR_RETURN(increment, TakeHistogram(cursor));
    value.counter_reset_hint_set = increment.counter_reset_hint_set;
  }
  uint64_t count = 0;
  if (cursor->TakeIf("x")) {
    SB_ASSIGN_OR_RETURN(count, TakeRepetition(cursor, values->size()));
  } else if (steps) {
    return cursor->Unexpected("series values, expected \"x\" and a repetition");
  }
  values->push_back(value);
  for (uint64_t i = 0; i < count; ++i) {
    if (steps) {
      SB_ASSIGN_OR_RETURN(value.histogram, NextHistogram(*cursor, *value.histogram,
                                                         increment.histogram, step, combine));
    }
    values->push_back(value);
  }
  return base::OkStatus();
}

base::Status TakeItem(NotationCursor* cursor, const CombineHistograms& combine, Values* values) {
  if (cursor->TakeIf("_")) {
    return TakeOmitted(cursor, values);
  }
  if (cursor->Peek() == '{') {
    return TakeHistograms(cursor, combine, values);
  }
  if (cursor->TakeIf("stale")) {
    values->push_back(FloatValue(model::StaleNan()));
    return base::OkStatus();
  }
  return TakeFloats(cursor, values);
}

base::Result<Values> TakeSequence(NotationCursor cursor, const CombineHistograms& combine) {
  Values values;
  cursor.SkipBlanks();
  while (!cursor.AtEnd()) {
    SB_RETURN_IF_ERROR(TakeItem(&cursor, combine, &values));
    if (!cursor.AtItemEnd()) {
      return cursor.Unexpected("series values");
    }
    cursor.SkipBlanks();
  }
  return values;
}

// One number with one unit, or a lone 0: "-59999ms".
base::Result<int64_t> TakeOffset(NotationCursor* cursor) {
  const bool negative = cursor->Peek() == '-';
  if (negative || cursor->Peek() == '+') {
    cursor->TakeIf(negative ? "-" : "+");
  }
  const size_t begin = cursor->at();
  SB_ASSIGN_OR_RETURN(const uint64_t count, cursor->TakeCount());
  std::string text = std::to_string(count);
  for (const std::string_view unit : {"ms", "s", "m", "h", "d", "w", "y"}) {
    if (cursor->TakeIf(unit)) {
      text += unit;
      break;
    }
  }
  if (text == "0") {
    return int64_t{0};
  }
  base::Result<int64_t> ms = ParseDurationMs(text);
  if (!ms.ok()) {
    return cursor->ErrorAt(begin, ms.status().message());
  }
  return negative ? -*ms : *ms;
}

base::Status TakeOffsetItem(NotationCursor* cursor, Offsets* offsets) {
  if (cursor->TakeIf("_")) {
    uint64_t count = 1;
    if (cursor->TakeIf("x")) {
      SB_ASSIGN_OR_RETURN(count, TakeRepetition(cursor, offsets->size()));
    }
    offsets->insert(offsets->end(), count, std::nullopt);
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(int64_t offset, TakeOffset(cursor));
  int64_t step = 0;
  if (cursor->Peek() == '+' || cursor->Peek() == '-') {
    SB_ASSIGN_OR_RETURN(step, TakeOffset(cursor));
  }
  uint64_t count = 0;
  if (cursor->TakeIf("x")) {
    SB_ASSIGN_OR_RETURN(count, TakeRepetition(cursor, offsets->size()));
  }
  for (uint64_t i = 0; i <= count; ++i) {
    offsets->push_back(offset);
    if (__builtin_add_overflow(offset, step, &offset)) {
      return cursor->Error("start timestamps out of range");
    }
  }
  return base::OkStatus();
}

base::Result<Offsets> TakeOffsets(NotationCursor cursor) {
  Offsets offsets;
  cursor.SkipBlanks();
  while (!cursor.AtEnd()) {
    SB_RETURN_IF_ERROR(TakeOffsetItem(&cursor, &offsets));
    if (!cursor.AtItemEnd()) {
      return cursor.Unexpected("start timestamps");
    }
    cursor.SkipBlanks();
  }
  return offsets;
}

}  // namespace

base::Result<SeriesLine> ParseSeriesLine(std::string_view line, const CombineHistograms& combine) {
  if (line.size() > kQueryBytesMax) {
    return base::InvalidArgument("series line is too long: more than " +
                                 std::to_string(kQueryBytesMax) + " bytes");
  }
  Parser parser(line);
  size_t end = 0;
  std::optional<model::LabelSet> labels = parser.ParseLabelSet(true, &end);
  if (!labels.has_value()) {
    return base::InvalidArgument(parser.error()->ToString(line));
  }
  SeriesLine parsed;
  parsed.labels = *std::move(labels);
  NotationCursor cursor(line, end);
  parsed.is_start_times = cursor.TakeIf("@st");
  if (!cursor.AtItemEnd()) {
    return cursor.Unexpected("series description");
  }
  if (parsed.is_start_times) {
    SB_ASSIGN_OR_RETURN(parsed.start_offsets_ms, TakeOffsets(cursor));
  } else {
    SB_ASSIGN_OR_RETURN(parsed.values, TakeSequence(cursor, combine));
  }
  return parsed;
}

base::Result<std::vector<SequenceValue>> ParseSequence(std::string_view values,
                                                       const CombineHistograms& combine) {
  return TakeSequence(NotationCursor(values, 0), combine);
}

base::Result<double> ParseSequenceNumber(std::string_view text) {
  NotationCursor cursor(text, 0);
  SB_ASSIGN_OR_RETURN(const double value, cursor.TakeSignedNumber());
  if (!cursor.AtEnd()) {
    return cursor.Unexpected("number");
  }
  return value;
}

}  // namespace sb::promql
