// SPDX-License-Identifier: Apache-2.0
//
// The search of the template form: which rows hold for sure, and which must be put together.
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "encoding/hex.h"
#include "store/events/column/byte_search.h"
#include "store/events/column/needle_fit.h"
#include "store/events/column/text_forms.h"
#include "store/events/column/text_template_reader.h"

namespace sb::events {
namespace {

constexpr size_t kWordBytesMin = 2;
constexpr size_t kHexChunk = 1024;
constexpr size_t kTimeDigitsMax = 9;  // in one run

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// The word of the needle that is most telling: one that no number or id can have, else the longest.
std::string_view TellingWord(std::string_view needle) {
  std::string_view best;
  bool best_tells = false;
  for (size_t i = 0; i < needle.size();) {
    if (!IsWordByte(needle[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < needle.size() && IsWordByte(needle[end])) {
      ++end;
    }
    const std::string_view word = needle.substr(i, end - i);
    const bool tells = !encoding::IsHex(word) && word.size() >= kWordBytesMin;
    if (tells > best_tells || (tells == best_tells && word.size() > best.size())) {
      best = word;
      best_tells = tells;
    }
    i = end;
  }
  return best.size() >= kWordBytesMin ? best : std::string_view();
}

// Whether the text has the word; with `fold` the word is in lower case.
bool Has(std::string_view text, std::string_view word, bool fold) {
  return (fold ? FindFolded : FindBytes)(text.data(), text.data() + text.size(), word) != nullptr;
}

// True if what holds for a text holds for every longer one around it: to contain a text, and to
// have a match of a regular expression that does not ask what stands beside it.
bool HoldsAroundToo(const Condition& condition) {
  if (condition.needle_decides()) {
    return true;
  }
  if (condition.rule().op() != store::FilterOp::kSearchRegex) {
    return false;
  }
  const std::string& pattern = condition.rule().regex()->pattern();
  for (size_t i = 0; i < pattern.size(); ++i) {
    const bool escape = pattern[i] == '\\' && i + 1 < pattern.size();
    if (pattern[i] == '^' || pattern[i] == '$' ||
        (escape && std::string_view("bBAzZG").find(pattern[i + 1]) != std::string_view::npos)) {
      return false;
    }
    i += escape ? 1 : 0;
  }
  return true;
}

}  // namespace

base::Result<Condition> TemplateText::ContainsWord(std::string_view word, bool fold) {
  return Condition::Create(store::EventFilter::Compare(
      "", fold ? store::FilterOp::kContainsFold : store::FilterOp::kContains,
      store::EventValue::Text(word)));
}

base::Status TemplateText::SearchWords(const Column& column, const Condition& contains,
                                       Bitmap* values) const {
  const std::string_view bytes = column.bytes;
  if (!bytes.empty() && static_cast<TextForm>(bytes[0]) == TextForm::kDictionary) {
    // Mostly there is none, and the dictionary need not be opened.
    SB_ASSIGN_OR_RETURN(const bool may_have,
                        DictionaryMayHave(bytes.substr(1), contains.needle(), contains.fold()));
    if (!may_have) {
      return base::OkStatus();
    }
  }
  Values opened;
  SB_RETURN_IF_ERROR(OpenValues(column, &opened));
  values->Reset(column.count);
  return opened.words->Evaluate(contains, nullptr, values);
}

// Values of a column that have the word as a part; all of them where that is not known. `values` is
// empty, and stays so where there are none.
base::Status TemplateText::SearchColumn(const Column& column, const Condition& contains,
                                        bool in_times, Bitmap* values) const {
  const std::string& word = contains.needle();
  const bool only_digits = std::all_of(word.begin(), word.end(), IsDigit);
  switch (column.kind) {
    case VariableKind::kNumber:
    case VariableKind::kDigits:
      if (only_digits &&
          (column.kind == VariableKind::kNumber || word.size() <= column.parameter)) {
        *values = Bitmap(column.count, true);
      }
      return base::OkStatus();
    case VariableKind::kTime:
      if (in_times) {
        *values = Bitmap(column.count, true);
      }
      return base::OkStatus();
    case VariableKind::kPhrase:  // none is stored
    case VariableKind::kWord:
      return SearchWords(column, contains, values);
    case VariableKind::kHex:
      break;
  }
  const size_t stored = column.parameter;
  if (!encoding::IsHex(word) || word.size() > 2 * stored) {
    return base::OkStatus();
  }
  values->Reset(column.count);
  Values opened;
  SB_RETURN_IF_ERROR(OpenValues(column, &opened));
  std::string packed;
  if (word.size() == 2 * stored && encoding::HexDecode(word, &packed)) {
    const char* at = opened.packed.data();
    for (size_t i = 0; i < column.count; ++i, at += stored) {
      if (*at == packed[0] && std::memcmp(at, packed.data(), stored) == 0) {
        values->Set(i);
      }
    }
    return base::OkStatus();
  }
  std::string text;
  for (size_t begin = 0; begin < column.count; begin += kHexChunk) {
    const size_t end = std::min<size_t>(column.count, begin + kHexChunk);
    encoding::HexEncode(
        std::string_view(opened.packed).substr(begin * stored, (end - begin) * stored), &text);
    for (size_t at = text.find(word); at != std::string::npos;) {
      const size_t value = at / (2 * stored);
      if (at + word.size() <= (value + 1) * 2 * stored) {
        values->Set(begin + value);
        at = text.find(word, (value + 1) * 2 * stored);
      } else {
        at = text.find(word, at + 1);
      }
    }
  }
  return base::OkStatus();
}

// Of the values that have the needle's word those for which the condition holds by themselves, and
// so for every line that has them.
base::Status TemplateText::FindSure(const Condition& condition, const Column& column,
                                    const Bitmap& values, Bitmap* sure) const {
  if (column.kind == VariableKind::kHex) {
    if (condition.needle_decides() && TellingWord(condition.needle()) == condition.needle()) {
      *sure = values;
    }
    return base::OkStatus();
  }
  if (column.kind != VariableKind::kWord || !HoldsAroundToo(condition)) {
    return base::OkStatus();
  }
  Values opened;
  SB_RETURN_IF_ERROR(OpenValues(column, &opened));
  return opened.words->Evaluate(condition, &values, sure);
}

// True if the word can be a part of a time, or begin in one and end in the letters after it.
base::Result<bool> TemplateText::MayBeInTime(std::string_view word, bool fold,
                                             std::string_view words) const {
  if (!has_times_) {
    return false;
  }
  const auto lead =
      static_cast<size_t>(std::find_if_not(word.begin(), word.end(), IsDigit) - word.begin());
  if (lead == word.size() || lead > kTimeDigitsMax) {
    return lead <= kTimeDigitsMax;
  }
  const std::string_view rest = word.substr(lead);
  const bool around_t = (rest[0] == 'T' || (fold && rest[0] == 't')) &&
                        std::all_of(rest.begin() + 1, rest.end(), IsDigit);
  if (lead == 0 || around_t || rest.size() < kWordBytesMin) {
    return around_t || lead > 0;
  }
  if (Has(words, rest, fold)) {
    return true;
  }
  SB_ASSIGN_OR_RETURN(const Condition contains, ContainsWord(rest, fold));
  for (const Column& column : columns_) {
    if (column.kind == VariableKind::kWord || column.kind == VariableKind::kHex) {
      Bitmap values;
      SB_RETURN_IF_ERROR(SearchColumn(column, contains, false, &values));
      if (values.Any()) {
        return true;
      }
    }
  }
  return false;
}

// The segment's literal, in lower case if the needle is.
std::string_view TemplateText::LiteralIn(const Body& body, const NeedleWord& sought,
                                         const Segment& segment) {
  return sought.patterns.substr(static_cast<size_t>(segment.literal.data() - body.patterns.data()),
                                segment.literal.size());
}

// What the needle's word in a literal says about the rows of a template.
uint8_t TemplateText::JudgeTemplate(const Body& body, uint32_t t, const NeedleWord& sought,
                                    std::vector<Crossing>* crossings) const {
  const Template& one = body.templates[t];
  uint8_t verdict = kRuledOut;
  for (uint32_t s = 0; s < one.count; ++s) {
    const Segment& segment = body.segments[one.first + s];
    const std::string_view literal = LiteralIn(body, sought, segment);
    const LiteralSides sides = {.variable_before = s > 0, .variable_after = s + 1 < one.count};
    for (size_t at = literal.find(sought.word); at != std::string_view::npos;
         at = literal.find(sought.word, at + 1)) {
      const auto place =
          PlaceNeedle(sought.needle, sought.word_begin, sought.word.size(), literal, at, sides);
      if (!place.has_value()) {
        continue;
      }
      if (place->whole() && sought.decides) {
        return kHolds;
      }
      const VariableKind after =
          place->rest == NeedlePlace::kNone ? VariableKind::kTime : columns_[segment.column].kind;
      if (after == VariableKind::kNumber || after == VariableKind::kWord) {
        crossings->push_back({.t = t,
                              .segment = s,
                              .rest = place->rest,
                              .decides = sought.decides && !place->from_before});
      } else {
        verdict = kOpen;
      }
    }
  }
  return verdict;
}

// Per template what its literals say; in `crossings` where a number decides.
void TemplateText::JudgeTemplates(const Body& body, const NeedleWord& sought,
                                  std::vector<uint8_t>* verdicts,
                                  std::vector<Crossing>* crossings) const {
  // Marks and parameters are no word bytes: a word that is found lies in a literal.
  const char* const begin = sought.patterns.data();
  const char* const end = begin + sought.patterns.size();
  size_t t = 0;
  for (const char* found = begin; (found = FindBytes(found, end, sought.word)) != nullptr;) {
    const auto at = static_cast<size_t>(found - begin);
    while (t < body.pattern_ends.size() && body.pattern_ends[t] <= at) {
      ++t;
    }
    if (t == body.pattern_ends.size()) {
      return;
    }
    if (at + sought.word.size() > body.pattern_ends[t]) {
      ++found;  // reaches into the next template
      continue;
    }
    (*verdicts)[t] = JudgeTemplate(body, static_cast<uint32_t>(t), sought, crossings);
    found = begin + body.pattern_ends[t];
  }
}

base::Status TemplateText::FitNumbers(const Column& column, std::string_view rest,
                                      std::string_view behind, Fit* fit) const {
  const NumberStart start(rest);
  if (!start.possible()) {
    return base::OkStatus();
  }
  const auto digits =
      static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), IsDigit) - rest.begin());
  const bool to_its_end = behind.starts_with(rest.substr(digits));
  Values opened;
  SB_RETURN_IF_ERROR(OpenValues(column, &opened));
  opened.numbers.resize(column.count);
  SB_RETURN_IF_ERROR(opened.integers->Decode(0, column.count, opened.numbers.data()));
  Bitmap* const found = to_its_end ? &fit->holds : &fit->open;
  for (uint32_t i = 0; i < column.count; ++i) {
    if (start.Fits(static_cast<uint64_t>(opened.numbers[i]))) {
      found->Set(i);
    }
  }
  return base::OkStatus();
}

base::Status TemplateText::FitWords(const Column& column, std::string_view rest,
                                    std::string_view behind, bool fold, Fit* fit) const {
  if (!IsWordByte(rest[0])) {
    return base::OkStatus();  // a variable begins with a word
  }
  std::string lower;
  const auto verdict_of = [&](std::string_view word) -> uint8_t {
    if (fold) {
      LowerAscii(word, &lower);
      word = lower;
    }
    if (word.starts_with(rest)) {
      return kHolds;
    }
    if (!rest.starts_with(word)) {
      return kRuledOut;
    }
    const std::string_view left = rest.substr(word.size());
    return behind.starts_with(left) ? kHolds : left.starts_with(behind) ? kOpen : kRuledOut;
  };
  Values opened;
  SB_RETURN_IF_ERROR(OpenValues(column, &opened));
  std::vector<uint32_t> positions(column.count);
  std::iota(positions.begin(), positions.end(), uint32_t{0});
  TextValues read;
  SB_RETURN_IF_ERROR(opened.words->Read(positions, &read));
  std::vector<uint8_t> verdicts;
  for (const std::string_view entry : read.dictionary) {
    verdicts.push_back(verdict_of(entry));
  }
  for (uint32_t i = 0; i < column.count; ++i) {
    const uint8_t verdict = verdicts.empty() ? verdict_of(read.texts[i]) : verdicts[read.codes[i]];
    if (verdict != kRuledOut) {
      (verdict == kHolds ? fit->holds : fit->open).Set(i);
    }
  }
  return base::OkStatus();
}

// The values with which the needle can go on; equal crossings share theirs.
base::Status TemplateText::FindFits(const Body& body, const NeedleWord& sought,
                                    std::vector<Crossing>* crossings,
                                    std::vector<Fit>* fits) const {
  std::map<std::tuple<uint32_t, size_t, std::string_view>, uint32_t> known;
  for (Crossing& crossing : *crossings) {
    const Segment* const segment =
        &body.segments[body.templates[crossing.t].first + crossing.segment];
    // There is always one more segment, perhaps an empty one, behind a variable.
    const std::string_view behind = LiteralIn(body, sought, segment[1]);
    const auto [found, added] =
        known.emplace(std::make_tuple(segment->column, crossing.rest, behind), fits->size());
    crossing.fit = found->second;
    if (!added) {
      continue;
    }
    const Column& column = columns_[segment->column];
    Fit& fit = fits->emplace_back();
    fit.open.Reset(column.count);
    fit.holds.Reset(column.count);
    const std::string_view rest = sought.needle.substr(crossing.rest);
    SB_RETURN_IF_ERROR(column.kind == VariableKind::kNumber
                           ? FitNumbers(column, rest, behind, &fit)
                           : FitWords(column, rest, behind, sought.fold, &fit));
  }
  return base::OkStatus();
}

// Of each template the variables in which something may be found: mostly none.
std::vector<std::vector<TemplateText::Place>> TemplateText::FindPlaces(
    const Body& body, const std::vector<uint8_t>& any,
    const std::vector<Crossing>& crossings) const {
  std::vector<uint8_t> looked_at = any;
  for (const Crossing& crossing : crossings) {
    looked_at[body.segments[body.templates[crossing.t].first + crossing.segment].column] = 1;
  }
  std::vector<std::vector<Place>> places(body.templates.size());
  uint32_t next = 0;  // crossings come in the order of templates and their segments
  for (uint32_t t = 0; t < body.templates.size(); ++t) {
    for (uint32_t s = 0; s + 1 < body.templates[t].count; ++s) {
      const uint32_t first = next;
      while (next < crossings.size() && crossings[next].t == t && crossings[next].segment == s) {
        ++next;
      }
      const uint32_t c = body.segments[body.templates[t].first + s].column;
      if (looked_at[c] != 0) {
        places[t].push_back({.column = c, .first_crossing = first, .end_crossing = next});
      }
    }
  }
  return places;
}

// Takes from `open` the rows that cannot hold, and moves those that hold for sure to `holds`.
base::Status TemplateText::Search(const Condition& condition, Bitmap* open, Bitmap* holds,
                                  Sought* found) const {
  const std::string& needle = condition.needle();
  const std::string_view word = TellingWord(needle);
  const bool control = std::any_of(needle.begin(), needle.end(), [](char c) {
    return static_cast<unsigned char>(c) < kMarkLimit;
  });
  if (word.empty() || control) {
    return base::OkStatus();
  }
  std::string words;
  SB_RETURN_IF_ERROR(words_.ReadInto(&words));
  const bool in_literals = Has(words, word, condition.fold());
  SB_ASSIGN_OR_RETURN(const bool in_times, MayBeInTime(word, condition.fold(), words));
  SB_ASSIGN_OR_RETURN(const Condition contains, ContainsWord(word, condition.fold()));
  std::vector<Bitmap> values(columns_.size());
  std::vector<Bitmap> sure(columns_.size());  // of those
  std::vector<uint8_t>& any = found->in_columns;
  any.assign(columns_.size(), 0);
  found->word = word;
  bool in_variables = false;
  for (size_t c = 0; c < columns_.size(); ++c) {
    SB_RETURN_IF_ERROR(SearchColumn(columns_[c], contains, in_times, &values[c]));
    any[c] = values[c].Any() ? 1 : 0;
    sure[c].Reset(any[c] != 0 ? columns_[c].count : 0);
    if (any[c] != 0) {
      SB_RETURN_IF_ERROR(FindSure(condition, columns_[c], values[c], &sure[c]));
    }
    in_variables = in_variables || any[c] != 0;
  }
  if (!in_literals && !in_variables) {
    open->Reset(count_);
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Body> body, OpenBody());
  std::vector<uint8_t> verdicts(body->templates.size(), kRuledOut);
  std::vector<Crossing> crossings;
  std::vector<Fit> fits;
  if (in_literals) {
    std::string lower;
    if (condition.fold()) {
      LowerAscii(body->patterns, &lower);
    }
    const NeedleWord sought = {.needle = needle,
                               .word = word,
                               .word_begin = static_cast<size_t>(word.data() - needle.data()),
                               .decides = condition.needle_decides(),
                               .fold = condition.fold(),
                               .patterns = condition.fold() ? lower : body->patterns};
    JudgeTemplates(*body, sought, &verdicts, &crossings);
    SB_RETURN_IF_ERROR(FindFits(*body, sought, &crossings, &fits));
  }
  const std::vector<std::vector<Place>> places = FindPlaces(*body, any, crossings);
  std::vector<uint32_t> cursors(columns_.size());
  for (uint32_t row = 0; row < count_; ++row) {
    uint8_t verdict = verdicts[body->ids[row]];
    for (const Place& place : places[body->ids[row]]) {
      const uint32_t value = cursors[place.column]++;
      if (any[place.column] != 0 && values[place.column].Test(value)) {
        verdict = std::max<uint8_t>(verdict, sure[place.column].Test(value) ? kHolds : kOpen);
      }
      for (uint32_t c = place.first_crossing; c < place.end_crossing; ++c) {
        const Fit& fit = fits[crossings[c].fit];
        if (fit.holds.Test(value)) {
          verdict = std::max<uint8_t>(verdict, crossings[c].decides ? kHolds : kOpen);
        } else if (fit.open.Test(value)) {
          verdict = std::max<uint8_t>(verdict, kOpen);
        }
      }
    }
    if (verdict != kOpen && open->Test(row)) {
      open->Clear(row);
      if (verdict == kHolds) {
        holds->Set(row);
      }
    }
  }
  return base::OkStatus();
}

}  // namespace sb::events
