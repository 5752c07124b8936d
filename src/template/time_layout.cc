// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "template/go_time.h"

namespace sb::gotemplate {

const std::string_view kMonthNames[12] = {"January",   "February", "March",    "April",
                                          "May",       "June",     "July",     "August",
                                          "September", "October",  "November", "December"};
const std::string_view kWeekdayNames[7] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                           "Thursday", "Friday", "Saturday"};

namespace {

struct Form {
  std::string_view text;
  LayoutPart part;
};

// Longer forms stand before those they begin with.
constexpr std::array<Form, 33> kForms = {{{"January", LayoutPart::kLongMonth},
                                          {"Jan", LayoutPart::kMonth},
                                          {"Monday", LayoutPart::kLongWeekday},
                                          {"Mon", LayoutPart::kWeekday},
                                          {"MST", LayoutPart::kZoneName},
                                          {"002", LayoutPart::kZeroYearDay},
                                          {"01", LayoutPart::kZeroMonth},
                                          {"02", LayoutPart::kZeroDay},
                                          {"03", LayoutPart::kZeroHour12},
                                          {"04", LayoutPart::kZeroMinute},
                                          {"05", LayoutPart::kZeroSecond},
                                          {"06", LayoutPart::kYear},
                                          {"15", LayoutPart::kHour},
                                          {"1", LayoutPart::kNumMonth},
                                          {"2006", LayoutPart::kLongYear},
                                          {"2", LayoutPart::kDay},
                                          {"__2", LayoutPart::kUnderYearDay},
                                          {"_2", LayoutPart::kUnderDay},
                                          {"3", LayoutPart::kHour12},
                                          {"4", LayoutPart::kMinute},
                                          {"5", LayoutPart::kSecond},
                                          {"PM", LayoutPart::kUpperPm},
                                          {"pm", LayoutPart::kLowerPm},
                                          {"-07:00:00", LayoutPart::kNumZoneColon},
                                          {"-070000", LayoutPart::kNumZone},
                                          {"-07:00", LayoutPart::kNumZoneColon},
                                          {"-0700", LayoutPart::kNumZone},
                                          {"-07", LayoutPart::kNumZoneShort},
                                          {"Z07:00:00", LayoutPart::kIsoZoneColon},
                                          {"Z070000", LayoutPart::kIsoZone},
                                          {"Z07:00", LayoutPart::kIsoZoneColon},
                                          {"Z0700", LayoutPart::kIsoZone},
                                          {"Z07", LayoutPart::kIsoZoneShort}}};

bool LowerFollows(std::string_view rest) {
  return !rest.empty() && rest.front() >= 'a' && rest.front() <= 'z';
}

bool DigitAt(std::string_view text, size_t i) {
  return i < text.size() && text[i] >= '0' && text[i] <= '9';
}

const Form* FormAt(std::string_view rest) {
  for (const Form& form : kForms) {
    if (!rest.starts_with(form.text)) {
      continue;
    }
    const bool short_name = form.part == LayoutPart::kMonth || form.part == LayoutPart::kWeekday;
    if (short_name && LowerFollows(rest.substr(3))) {
      continue;
    }
    if (form.part == LayoutPart::kUnderDay && rest.starts_with("_2006")) {
      continue;  // "_" and a year
    }
    return &form;
  }
  return nullptr;
}

// ".000" or ".999": its length, 0 when there is none.
size_t FractionAt(std::string_view rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || (rest[1] != '0' && rest[1] != '9')) {
    return 0;
  }
  size_t end = 1;
  while (end < rest.size() && rest[end] == rest[1]) {
    ++end;
  }
  return DigitAt(rest, end) ? 0 : end;
}

void AppendPadded(int64_t value, size_t width, char pad, std::string* out) {
  const bool negative = value < 0;
  std::string digits = std::to_string(negative ? -value : value);
  if (digits.size() < width) {
    digits.insert(0, width - digits.size(), pad);
  }
  *out += negative ? "-" : "";
  *out += digits;
}

void AppendZone(const GoTime& time, const LayoutChunk& chunk, std::string* out) {
  int32_t offset = time.Zone().At(time.seconds).seconds;
  if (offset == 0 && chunk.text.front() == 'Z') {
    *out += 'Z';
    return;
  }
  const bool colon = chunk.text.find(':') != std::string_view::npos;
  const size_t digits = static_cast<size_t>(std::count_if(
      chunk.text.begin(), chunk.text.end(), [](char c) { return c >= '0' && c <= '9'; }));
  *out += offset < 0 ? '-' : '+';
  offset = offset < 0 ? -offset : offset;
  AppendPadded(offset / 3600, 2, '0', out);
  if (digits >= 4) {
    *out += colon ? ":" : "";
    AppendPadded(offset / 60 % 60, 2, '0', out);
  }
  if (digits >= 6) {
    *out += colon ? ":" : "";
    AppendPadded(offset % 60, 2, '0', out);
  }
}

void AppendZoneName(const GoTime& time, std::string* out) {
  const TimeZone::Offset offset = time.Zone().At(time.seconds);
  if (!offset.abbreviation.empty()) {
    *out += offset.abbreviation;
    return;
  }
  const int32_t minutes = offset.seconds / 60;
  *out += minutes < 0 ? '-' : '+';
  AppendPadded(std::abs(minutes) / 60, 2, '0', out);
  AppendPadded(std::abs(minutes) % 60, 2, '0', out);
}

void AppendFraction(const GoTime& time, const LayoutChunk& chunk, std::string* out) {
  std::string digits = std::to_string(1'000'000'000 + int64_t{time.nanos}).substr(1);
  digits.resize(std::min<size_t>(chunk.text.size() - 1, 9), '0');
  if (chunk.part == LayoutPart::kFraction9) {
    digits.erase(digits.find_last_not_of('0') + 1);
    if (digits.empty()) {
      return;
    }
  }
  *out += chunk.text.front();
  *out += digits;
}

void AppendPart(const GoTime& time, const Civil& c, const LayoutChunk& chunk, std::string* out) {
  const int hour12 = c.hour % 12 == 0 ? 12 : c.hour % 12;
  switch (chunk.part) {
    case LayoutPart::kNone:
      return;
    case LayoutPart::kLongMonth:
      *out += kMonthNames[c.month - 1];
      return;
    case LayoutPart::kMonth:
      *out += kMonthNames[c.month - 1].substr(0, 3);
      return;
    case LayoutPart::kNumMonth:
      return AppendPadded(c.month, 0, '0', out);
    case LayoutPart::kZeroMonth:
      return AppendPadded(c.month, 2, '0', out);
    case LayoutPart::kLongWeekday:
      *out += kWeekdayNames[c.weekday];
      return;
    case LayoutPart::kWeekday:
      *out += kWeekdayNames[c.weekday].substr(0, 3);
      return;
    case LayoutPart::kDay:
      return AppendPadded(c.day, 0, '0', out);
    case LayoutPart::kUnderDay:
      return AppendPadded(c.day, 2, ' ', out);
    case LayoutPart::kZeroDay:
      return AppendPadded(c.day, 2, '0', out);
    case LayoutPart::kUnderYearDay:
      return AppendPadded(c.year_day, 3, ' ', out);
    case LayoutPart::kZeroYearDay:
      return AppendPadded(c.year_day, 3, '0', out);
    case LayoutPart::kHour:
      return AppendPadded(c.hour, 2, '0', out);
    case LayoutPart::kHour12:
      return AppendPadded(hour12, 0, '0', out);
    case LayoutPart::kZeroHour12:
      return AppendPadded(hour12, 2, '0', out);
    case LayoutPart::kMinute:
      return AppendPadded(c.minute, 0, '0', out);
    case LayoutPart::kZeroMinute:
      return AppendPadded(c.minute, 2, '0', out);
    case LayoutPart::kSecond:
      return AppendPadded(c.second, 0, '0', out);
    case LayoutPart::kZeroSecond:
      return AppendPadded(c.second, 2, '0', out);
    case LayoutPart::kLongYear:
      return AppendPadded(c.year, 4, '0', out);
    case LayoutPart::kYear:
      return AppendPadded((c.year < 0 ? -c.year : c.year) % 100, 2, '0', out);
    case LayoutPart::kUpperPm:
      *out += c.hour >= 12 ? "PM" : "AM";
      return;
    case LayoutPart::kLowerPm:
      *out += c.hour >= 12 ? "pm" : "am";
      return;
    case LayoutPart::kZoneName:
      return AppendZoneName(time, out);
    case LayoutPart::kFraction0:
    case LayoutPart::kFraction9:
      return AppendFraction(time, chunk, out);
    default:
      return AppendZone(time, chunk, out);
  }
}

}  // namespace

LayoutChunk NextLayoutChunk(std::string_view layout) {
  for (size_t i = 0; i < layout.size(); ++i) {
    const std::string_view rest = layout.substr(i);
    if (const size_t length = FractionAt(rest); length > 0) {
      return {layout.substr(0, i), rest[1] == '0' ? LayoutPart::kFraction0 : LayoutPart::kFraction9,
              rest.substr(0, length), rest.substr(length)};
    }
    if (const Form* form = FormAt(rest); form != nullptr) {
      return {layout.substr(0, i), form->part, rest.substr(0, form->text.size()),
              rest.substr(form->text.size())};
    }
  }
  return {layout, LayoutPart::kNone, {}, {}};
}

std::string FormatTime(const GoTime& time, std::string_view layout) {
  const Civil civil = time.ToCivil();
  std::string out;
  while (!layout.empty()) {
    const LayoutChunk chunk = NextLayoutChunk(layout);
    out += chunk.before;
    AppendPart(time, civil, chunk, &out);
    layout = chunk.after;
  }
  return out;
}

}  // namespace sb::gotemplate
