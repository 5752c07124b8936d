// SPDX-License-Identifier: Apache-2.0
#include "wire/influx/line_protocol.h"

#include <algorithm>

#include "wire/prometheus/float_text.h"
#include "wire/prometheus/name_rules.h"

namespace sb::wire {
namespace {

bool IsEscapable(char c) {
  return c == ',' || c == ' ' || c == '=';
}

std::string Unescape(std::string_view token) {
  std::string out;
  out.reserve(token.size());
  for (size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '\\' && i + 1 < token.size() && IsEscapable(token[i + 1])) {
      ++i;
    }
    out.push_back(token[i]);
  }
  return out;
}

bool ParseBool(std::string_view text, double* value) {
  for (const std::string_view yes : {"t", "T", "true", "True", "TRUE"}) {
    if (text == yes) {
      *value = 1;
      return true;
    }
  }
  for (const std::string_view no : {"f", "F", "false", "False", "FALSE"}) {
    if (text == no) {
      *value = 0;
      return true;
    }
  }
  return false;
}

bool ParseFieldNumber(std::string_view text, double* value) {
  if (text.ends_with('i')) {
    int64_t integer = 0;
    if (!ParseInt64Text(text.substr(0, text.size() - 1), &integer)) {
      return false;
    }
    *value = static_cast<double>(integer);
    return true;
  }
  if (text.ends_with('u')) {
    text.remove_suffix(1);
    const bool is_digits =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return is_digits && ParseFloatText(text, value);
  }
  return ParseBool(text, value) || ParseFloatText(text, value);
}

}  // namespace

void InfluxLine::Clear() {
  measurement = {};
  tags.clear();
  fields.clear();
  text_fields = 0;
  time = 0;
  has_time = false;
}

InfluxLineReader::Item InfluxLineReader::Next(InfluxLine* line) {
  line->Clear();
  unescaped_.clear();
  if (!SkipToLine()) {
    return Item::kEnd;
  }
  line_number_ = next_line_number_;
  const char* const begin = at_;
  const bool is_good = ReadLine(line);
  if (!is_good) {
    // A quote that is never closed must not take all that follows with it.
    at_ = begin;
  }
  CountLines(begin, at_);
  SkipRestOfLine();
  return is_good ? Item::kLine : Item::kInvalid;
}

bool InfluxLineReader::SkipToLine() {
  while (at_ != end_) {
    if (*at_ == '#') {
      SkipRestOfLine();
    } else if (*at_ == '\n' || *at_ == '\r' || *at_ == ' ' || *at_ == '\t') {
      CountLines(at_, at_ + 1);
      ++at_;
    } else {
      return true;
    }
  }
  return false;
}

void InfluxLineReader::SkipRestOfLine() {
  at_ = std::find(at_, end_, '\n');
  if (at_ != end_) {
    ++at_;
    ++next_line_number_;
  }
}

void InfluxLineReader::CountLines(const char* from, const char* to) {
  next_line_number_ += static_cast<size_t>(std::count(from, to, '\n'));
}

bool InfluxLineReader::ReadLine(InfluxLine* line) {
  line->measurement = ReadToken(", ");
  if (line->measurement.empty()) {
    return Fail("measurement is missing");
  }
  if (!ReadTags(line)) {
    return false;
  }
  if (!IsAt(' ')) {
    return Fail("fields are missing");
  }
  SkipSpaces();
  return ReadFields(line) && ReadTime(line);
}

bool InfluxLineReader::ReadTags(InfluxLine* line) {
  while (IsAt(',')) {
    ++at_;
    InfluxTag tag;
    tag.name = ReadToken("=, ");
    if (tag.name.empty()) {
      return Fail("the name of a tag is missing");
    }
    if (!IsAt('=')) {
      return Fail("the tag has no value: " + QuoteForMessage(tag.name));
    }
    ++at_;
    tag.value = ReadToken(", ");
    line->tags.push_back(tag);
  }
  return true;
}

bool InfluxLineReader::ReadFields(InfluxLine* line) {
  for (;;) {
    const std::string_view name = ReadToken("=, ");
    if (name.empty()) {
      return Fail("the name of a field is missing");
    }
    if (!IsAt('=')) {
      return Fail("the field has no value: " + QuoteForMessage(name));
    }
    ++at_;
    if (!ReadFieldValue(name, line)) {
      return false;
    }
    if (!IsAt(',')) {
      return true;
    }
    ++at_;
  }
}

bool InfluxLineReader::ReadFieldValue(std::string_view name, InfluxLine* line) {
  if (IsAt('"')) {
    ++line->text_fields;
    return SkipQuoted() ||
           Fail("the text of a field has no closing quote: " + QuoteForMessage(name));
  }
  const char* const begin = at_;
  while (!IsAtEndOfLine() && *at_ != ',' && *at_ != ' ') {
    ++at_;
  }
  const std::string_view text(begin, static_cast<size_t>(at_ - begin));
  double value = 0;
  if (!ParseFieldNumber(text, &value)) {
    return Fail("field " + QuoteForMessage(name) +
                " is neither a number, a boolean nor a quoted text: " + QuoteForMessage(text));
  }
  line->fields.push_back({name, value});
  return true;
}

bool InfluxLineReader::ReadTime(InfluxLine* line) {
  SkipSpaces();
  if (IsAtEndOfLine()) {
    return true;
  }
  const std::string_view text = ReadToken(" ");
  if (!ParseInt64Text(text, &line->time)) {
    return Fail("the timestamp is not a whole number: " + QuoteForMessage(text));
  }
  line->has_time = true;
  SkipSpaces();
  return IsAtEndOfLine() || Fail("there is something behind the timestamp");
}

bool InfluxLineReader::SkipQuoted() {
  for (++at_; at_ != end_; ++at_) {
    if (*at_ == '\\' && at_ + 1 != end_) {
      ++at_;
    } else if (*at_ == '"') {
      ++at_;
      return true;
    }
  }
  return false;
}

std::string_view InfluxLineReader::ReadToken(std::string_view stops) {
  const char* const begin = at_;
  bool has_escapes = false;
  while (!IsAtEndOfLine() && stops.find(*at_) == std::string_view::npos) {
    if (*at_ == '\\' && at_ + 1 != end_ && IsEscapable(at_[1])) {
      has_escapes = true;
      ++at_;
    }
    ++at_;
  }
  const std::string_view token(begin, static_cast<size_t>(at_ - begin));
  return has_escapes ? unescaped_.emplace_back(Unescape(token)) : token;
}

bool InfluxLineReader::IsAtEndOfLine() const {
  return at_ == end_ || *at_ == '\n' || (*at_ == '\r' && (at_ + 1 == end_ || at_[1] == '\n'));
}

void InfluxLineReader::SkipSpaces() {
  while (IsAt(' ')) {
    ++at_;
  }
}

bool InfluxLineReader::Fail(std::string why) {
  error_ = std::move(why);
  return false;
}

}  // namespace sb::wire
