// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/line_template.h"

#include <array>
#include <cstring>

namespace sb::events {
namespace {

constexpr size_t kHexDigitsMin = 8;
constexpr size_t kHexDigitsMax = 126;
constexpr size_t kDecimalHexMin = 16;  // so many digits are rather an id than a number
constexpr size_t kNumberDigitsMax = 18;
constexpr size_t kTimeBytesMin = 19;  // 2026-11-26T21:14:15
constexpr uint8_t kBlankBit = 0x40;
constexpr int64_t kDaySeconds = 86'400;

enum ByteClass : uint8_t { kOther = 0, kDigit = 1, kHexLetter = 2, kLetter = 3, kControl = 4 };

constexpr std::array<uint8_t, 256> MakeClasses() {
  std::array<uint8_t, 256> classes{};
  for (size_t c = 0; c < 256; ++c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    classes[c] = c < kMarkLimit         ? kControl
                 : c >= '0' && c <= '9' ? kDigit
                 : c >= 'a' && c <= 'f' ? kHexLetter
                 : letter               ? kLetter
                                        : kOther;
  }
  return classes;
}
constexpr std::array<uint8_t, 256> kClassOf = MakeClasses();

uint8_t ClassOf(char c) {
  return kClassOf[static_cast<unsigned char>(c)];
}

constexpr std::array<int64_t, 10> kUnits = {
    1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};

int64_t FloorDiv(int64_t a, int64_t b) {
  const int64_t q = a / b;
  return a % b < 0 ? q - 1 : q;
}

// Arithmetic modulo 2^64: what Append takes apart Parse has put together.
int64_t Plus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) + static_cast<uint64_t>(b));
}
int64_t Minus(int64_t a, int64_t b) {
  return static_cast<int64_t>(static_cast<uint64_t>(a) - static_cast<uint64_t>(b));
}

// Days since 1970-01-01 of a date and back (H. Hinnant, "chrono-Compatible Low-Level Date
// Algorithms").
int64_t DaysOf(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = FloorDiv(year, 400);
  const int64_t of_era = year - era * 400;
  const int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719'468;
}

struct Date {
  int64_t year = 0;
  int64_t month = 0;
  int64_t day = 0;
};

Date DateOf(int64_t days) {
  days += 719'468;
  const int64_t era = FloorDiv(days, 146'097);
  const int64_t of_era = days - era * 146'097;
  const int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36'524 - of_era / 146'096) / 365;
  const int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t mp = (5 * of_year + 2) / 153;
  Date date;
  date.day = of_year - (153 * mp + 2) / 5 + 1;
  date.month = mp < 10 ? mp + 3 : mp - 9;
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

// The number in `count` digits at `text`; -1 if they are none.
int64_t DigitsAt(const char* text, size_t count) {
  int64_t number = 0;
  for (size_t i = 0; i < count; ++i) {
    if (ClassOf(text[i]) != kDigit) {
      return -1;
    }
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

void PutDigits(int64_t number, size_t count, char* to) {
  for (size_t i = count; i > 0; --i) {
    to[i - 1] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
}

}  // namespace

TimeForm TimeFormOf(uint8_t parameter) {
  return {static_cast<uint8_t>(parameter & 15), (parameter & kBlankBit) != 0};
}

void AppendTime(int64_t time_ns, int64_t distance, TimeForm form, std::string* out) {
  char text[kTimeBytesMax];
  WrittenDate date;
  out->append(text, FormatTime(time_ns, distance, form, text, &date));
}

size_t FormatTime(int64_t time_ns, int64_t distance, TimeForm form, char* text,
                  WrittenDate* written) {
  const int64_t unit = kUnits[form.digits];
  const int64_t per_second = 1'000'000'000 / unit;
  const int64_t units = Plus(FloorDiv(time_ns, unit), distance);
  const int64_t seconds = FloorDiv(units, per_second);
  const int64_t days = FloorDiv(seconds, kDaySeconds);
  const int64_t of_day = seconds - days * kDaySeconds;
  if (days != written->days) {
    const Date date = DateOf(days);
    written->days = days;
    PutDigits(date.year, 4, written->text);
    written->text[4] = '-';
    PutDigits(date.month, 2, written->text + 5);
    written->text[7] = '-';
    PutDigits(date.day, 2, written->text + 8);
  }
  std::memcpy(text, written->text, sizeof(written->text));
  text[10] = form.blank ? ' ' : 'T';
  PutDigits(of_day / 3600, 2, text + 11);
  text[13] = ':';
  PutDigits(of_day / 60 % 60, 2, text + 14);
  text[16] = ':';
  PutDigits(of_day % 60, 2, text + 17);
  size_t size = kTimeBytesMin;
  if (form.digits > 0) {
    text[size++] = '.';
    PutDigits(units - seconds * per_second, form.digits, text + size);
    size += form.digits;
  }
  return size;
}

size_t ParseTime(std::string_view text, int64_t time_ns, uint8_t* parameter, int64_t* distance) {
  if (text.size() < kTimeBytesMin || text[4] != '-' || text[7] != '-' || text[13] != ':' ||
      text[16] != ':' || (text[10] != 'T' && text[10] != ' ')) {
    return 0;
  }
  const char* at = text.data();
  const int64_t year = DigitsAt(at, 4);
  const int64_t month = DigitsAt(at + 5, 2);
  const int64_t day = DigitsAt(at + 8, 2);
  const int64_t hour = DigitsAt(at + 11, 2);
  const int64_t minute = DigitsAt(at + 14, 2);
  const int64_t second = DigitsAt(at + 17, 2);
  if (year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 59) {
    return 0;
  }
  const int64_t days = DaysOf(year, month, day);
  if (DateOf(days).day != day) {
    return 0;  // no such day in the month
  }
  size_t size = kTimeBytesMin;
  TimeForm form;
  form.blank = text[10] == ' ';
  int64_t units = days * kDaySeconds + hour * 3600 + minute * 60 + second;
  if (size + 1 < text.size() && text[size] == '.' && ClassOf(text[size + 1]) == kDigit) {
    ++size;
    while (size < text.size() && form.digits < 9 && ClassOf(text[size]) == kDigit) {
      units = units * 10 + (text[size] - '0');
      ++form.digits;
      ++size;
    }
  }
  if (size < text.size() && ClassOf(text[size]) == kDigit) {
    return 0;
  }
  *parameter = static_cast<uint8_t>(form.digits | (form.blank ? kBlankBit : 0));
  *distance = Minus(units, FloorDiv(time_ns, kUnits[form.digits]));
  return size;
}

namespace {

constexpr uint8_t kDigitBit = 1 << kDigit;
constexpr uint8_t kHexBits = kDigitBit | (1 << kHexLetter);

struct Word {
  size_t end = 0;
  uint8_t classes = 0;  // bits of the classes of its bytes
  bool has_digit() const { return (classes & kDigitBit) != 0; }
};

Word TakeWord(std::string_view line, size_t begin) {
  Word word{.end = begin};
  for (; word.end < line.size(); ++word.end) {
    const uint8_t byte_class = ClassOf(line[word.end]);
    if (byte_class == kOther || byte_class == kControl) {
      break;
    }
    word.classes = static_cast<uint8_t>(word.classes | (1U << byte_class));
  }
  return word;
}

// The part after the point of "12.034", but not a part of "10.0.3.4".
bool IsFraction(std::string_view line, size_t begin, size_t end) {
  if (begin < 2 || line[begin - 1] != '.' || ClassOf(line[begin - 2]) != kDigit ||
      (end < line.size() && line[end] == '.')) {
    return false;
  }
  for (size_t i = begin - 1; i > 0 && line[i - 1] != ' '; --i) {
    if (ClassOf(line[i - 1]) != kDigit) {
      return line[i - 1] != '.';
    }
  }
  return true;
}

// A word that has a digit.
Variable Classify(std::string_view line, size_t begin, const Word& word) {
  Variable variable;
  variable.text = line.substr(begin, word.end - begin);
  const size_t size = variable.text.size();
  const bool digits = word.classes == kDigitBit;
  const bool even = size % 2 == 0 && size <= kHexDigitsMax;
  if ((word.classes & ~kHexBits) == 0 && even &&
      size >= (digits ? kDecimalHexMin : kHexDigitsMin)) {
    variable.kind = VariableKind::kHex;
    variable.parameter = static_cast<uint8_t>(size / 2);
    return variable;
  }
  if (!digits || size > kNumberDigitsMax) {
    return variable;
  }
  variable.number = DigitsAt(variable.text.data(), size);
  if ((variable.text[0] == '0' && size > 1) || IsFraction(line, begin, word.end)) {
    variable.kind = VariableKind::kDigits;
    variable.parameter = static_cast<uint8_t>(size);
  } else {
    variable.kind = VariableKind::kNumber;
  }
  return variable;
}

bool IsJsonWord(std::string_view phrase) {
  return phrase == "true" || phrase == "false" || phrase == "null";
}

// Whether what stands before `at` is a name: "msg": or level=
bool NamesWhatFollows(std::string_view line, size_t at) {
  return at < line.size() &&
         (line[at] == '=' || (line[at] == '"' && at + 1 < line.size() && line[at + 1] == ':'));
}

// The phrase that begins with this word; empty if the word is literal.
std::string_view TakePhrase(std::string_view line, size_t begin, const Word& first) {
  size_t end = first.end;
  size_t before_last = begin;  // end of the words before the last one
  while (end + 1 < line.size() && line[end] == ' ' && IsWordByte(line[end + 1])) {
    const Word next = TakeWord(line, end + 1);
    if (next.has_digit()) {
      break;
    }
    before_last = end;
    end = next.end;
  }
  if (NamesWhatFollows(line, end)) {
    end = before_last;
  }
  const std::string_view phrase = line.substr(begin, end - begin);
  return IsJsonWord(phrase) ? std::string_view() : phrase;
}

}  // namespace

bool TakeVariable(std::string_view line, size_t begin, bool after_time, const int64_t* time_ns,
                  Variable* variable, size_t* end) {
  const Word word = TakeWord(line, begin);
  *end = word.end;
  if (word.has_digit()) {
    if (time_ns != nullptr && word.end - begin == 4 && word.classes == kDigitBit) {
      const size_t size = ParseTime(line.substr(begin), *time_ns, &variable->parameter,
                                    &variable->number);
      if (size > 0) {
        variable->kind = VariableKind::kTime;
        variable->text = {};
        *end = begin + size;
        return true;
      }
    }
    *variable = Classify(line, begin, word);
    return true;
  }
  if (after_time || (begin > 0 && line[begin - 1] == '\\')) {
    return false;
  }
  const std::string_view phrase = TakePhrase(line, begin, word);
  if (phrase.empty()) {
    return false;
  }
  *variable = {.kind = VariableKind::kPhrase, .text = phrase};
  *end = begin + phrase.size();
  return true;
}

std::vector<PatternPiece> CutPattern(std::string_view pattern) {
  std::vector<PatternPiece> pieces;
  size_t literal = 0;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (static_cast<unsigned char>(pattern[i]) >= kMarkLimit) {
      continue;
    }
    PatternPiece piece;
    piece.literal = pattern.substr(literal, i - literal);
    piece.kind = static_cast<VariableKind>(pattern[i]);
    if (HasParameter(piece.kind)) {
      piece.parameter =
          static_cast<uint8_t>(static_cast<unsigned char>(pattern[++i]) & ~kParameterBit);
    }
    pieces.push_back(piece);
    literal = i + 1;
  }
  pieces.push_back({.literal = pattern.substr(literal)});
  return pieces;
}

void LineSplitter::Add(const Variable& variable) {
  pattern_.push_back(static_cast<char>(variable.kind));
  if (HasParameter(variable.kind)) {
    pattern_.push_back(static_cast<char>(variable.parameter | kParameterBit));
  }
  variables_.push_back(variable);
}

void LineSplitter::Split(std::string_view line, const int64_t* time_ns) {
  pattern_.clear();
  variables_.clear();
  is_whole_ = false;
  size_t literal = 0;  // begin of what is not in the pattern yet
  bool after_time = false;
  for (size_t i = 0; i < line.size();) {
    const uint8_t byte_class = ClassOf(line[i]);
    if (byte_class == kOther) {
      ++i;
      after_time = false;
      continue;
    }
    if (byte_class == kControl) {
      pattern_.clear();
      variables_.clear();
      Add({.kind = VariableKind::kWord, .text = line});
      is_whole_ = true;
      return;
    }
    Variable variable;
    size_t end = i;
    if (TakeVariable(line, i, after_time, time_ns, &variable, &end)) {
      pattern_.append(line.substr(literal, i - literal));
      Add(variable);
      literal = end;
      after_time = variable.kind == VariableKind::kTime;
    } else {
      after_time = false;
    }
    i = end;
  }
  pattern_.append(line.substr(literal));
}

}  // namespace sb::events
