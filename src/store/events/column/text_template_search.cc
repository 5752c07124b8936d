// SPDX-License-Identifier: Apache-2.0
//
// The search of the template form: which rows hold for sure, and which must be put together.
#include <string.h>

#include <algorithm>

#include "store/events/column/hex.h"
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
    const bool tells = !IsHex(word) && word.size() >= kWordBytesMin;
    if (tells > best_tells || (tells == best_tells && word.size() > best.size())) {
      best = word;
      best_tells = tells;
    }
    i = end;
  }
  return best.size() >= kWordBytesMin ? best : std::string_view();
}

// Contains, with `fold` for a needle in lower case.
class Finder {
 public:
  Finder(std::string_view needle, bool fold) : needle_(needle), fold_(fold) {}
  bool In(std::string_view text) {
    if (text.size() < needle_.size()) {
      return false;
    }
    if (fold_) {
      LowerAscii(text, &lower_);
      text = lower_;
    }
    return text.find(needle_) != std::string_view::npos;
  }

 private:
  const std::string_view needle_;
  const bool fold_;
  std::string lower_;
};

}  // namespace

// Values of a column that have the word as a part; all of them where that is not known.
base::Status TemplateText::SearchColumn(const Column& column, std::string_view word, bool fold,
                                        bool in_times, Bitmap* values) const {
  const bool only_digits = std::all_of(word.begin(), word.end(), IsDigit);
  switch (column.kind) {
    case VariableKind::kNumber:
    case VariableKind::kDigits:
      if (only_digits &&
          (column.kind == VariableKind::kNumber || word.size() <= column.parameter)) {
        values->SetRange(0, column.count);
      }
      return base::OkStatus();
    case VariableKind::kTime:
      if (in_times) {
        values->SetRange(0, column.count);
      }
      return base::OkStatus();
    case VariableKind::kWord: {
      const auto op = fold ? store::FilterOp::kContainsFold : store::FilterOp::kContains;
      SB_ASSIGN_OR_RETURN(const Condition condition, Condition::Create(store::EventFilter::Compare(
                                                         "", op, store::EventValue::Text(word))));
      Values opened;
      SB_RETURN_IF_ERROR(OpenValues(column, &opened));
      return opened.words->Evaluate(condition, nullptr, values);
    }
    case VariableKind::kHex:
      break;
  }
  const size_t stored = column.parameter;
  if (!IsHex(word) || word.size() > 2 * stored) {
    return base::OkStatus();
  }
  Values opened;
  SB_RETURN_IF_ERROR(OpenValues(column, &opened));
  std::string packed;
  if (word.size() == 2 * stored && HexDecode(word, &packed)) {
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
    HexEncode(std::string_view(opened.packed).substr(begin * stored, (end - begin) * stored),
              &text);
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
  if (Finder(rest, fold).In(words)) {
    return true;
  }
  for (const Column& column : columns_) {
    if (column.kind == VariableKind::kWord || column.kind == VariableKind::kHex) {
      Bitmap values(column.count);
      SB_RETURN_IF_ERROR(SearchColumn(column, rest, fold, false, &values));
      if (values.Any()) {
        return true;
      }
    }
  }
  return false;
}

// Per template: 1 if its literals have the word, 2 if they have the whole needle and that decides.
void TemplateText::JudgeTemplates(const Body& body, const Condition& condition,
                                  std::string_view word, std::vector<uint8_t>* verdicts) const {
  std::string lower;
  if (condition.fold()) {
    LowerAscii(body.patterns, &lower);
  }
  // Marks and parameters are no word bytes: a word that is found lies in a literal.
  const std::string_view patterns = condition.fold() ? std::string_view(lower) : body.patterns;
  Finder needle(condition.needle(), condition.fold());
  size_t t = 0;
  for (size_t at = 0; at < patterns.size();) {
    const void* found =
        ::memmem(patterns.data() + at, patterns.size() - at, word.data(), word.size());
    if (found == nullptr) {
      return;
    }
    at = static_cast<size_t>(static_cast<const char*>(found) - patterns.data());
    while (t < body.pattern_ends.size() && body.pattern_ends[t] <= at) {
      ++t;
    }
    if (t == body.pattern_ends.size()) {
      return;
    }
    if (at + word.size() > body.pattern_ends[t]) {
      ++at;  // reaches into the next template
      continue;
    }
    const Template& one = body.templates[t];
    (*verdicts)[t] = 1;
    for (uint32_t s = 0; condition.needle_decides() && s < one.count; ++s) {
      if (needle.In(body.segments[one.first + s].literal)) {
        (*verdicts)[t] = 2;
        break;
      }
    }
    at = body.pattern_ends[t];
  }
}

// Takes from `open` the rows that cannot hold, and moves those that hold for sure to `holds`.
base::Status TemplateText::Search(const Condition& condition, Bitmap* open, Bitmap* holds) const {
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
  const bool in_literals = Finder(word, condition.fold()).In(words);
  SB_ASSIGN_OR_RETURN(const bool in_times, MayBeInTime(word, condition.fold(), words));
  std::vector<Bitmap> values(columns_.size());
  std::vector<uint8_t> any(columns_.size());
  bool in_variables = false;
  for (size_t c = 0; c < columns_.size(); ++c) {
    values[c].Reset(columns_[c].count);
    SB_RETURN_IF_ERROR(SearchColumn(columns_[c], word, condition.fold(), in_times, &values[c]));
    any[c] = values[c].Any() ? 1 : 0;
    in_variables = in_variables || any[c] != 0;
  }
  if (!in_literals && !in_variables) {
    open->Reset(count_);
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const std::shared_ptr<const Body> body, OpenBody());
  std::vector<uint8_t> verdicts(body->templates.size());
  if (in_literals) {
    JudgeTemplates(*body, condition, word, &verdicts);
  }
  const bool whole = condition.needle_decides() && word.size() == needle.size();
  // Of each template the columns in which something was found: mostly none.
  std::vector<std::vector<uint32_t>> found(body->templates.size());
  for (size_t t = 0; t < body->templates.size() && in_variables; ++t) {
    for (uint32_t s = 0; s + 1 < body->templates[t].count; ++s) {
      const uint32_t c = body->segments[body->templates[t].first + s].column;
      if (any[c] != 0) {
        found[t].push_back(c);
      }
    }
  }
  std::vector<uint32_t> cursors(columns_.size());
  for (uint32_t row = 0; row < count_; ++row) {
    uint8_t verdict = verdicts[body->ids[row]];
    for (const uint32_t c : found[body->ids[row]]) {
      // A word or id that has the whole needle holds by itself; of a number that is not known.
      if (values[c].Test(cursors[c]++)) {
        const bool exact =
            columns_[c].kind == VariableKind::kWord || columns_[c].kind == VariableKind::kHex;
        verdict = std::max<uint8_t>(verdict, whole && exact ? 2 : 1);
      }
    }
    if (verdict != 1 && open->Test(row)) {
      open->Clear(row);
      if (verdict == 2) {
        holds->Set(row);
      }
    }
  }
  return base::OkStatus();
}

}  // namespace sb::events
