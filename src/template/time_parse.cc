// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "template/go_time.h"
#include "template/print.h"

namespace sb::gotemplate {
namespace {

// Reads a text along a layout.
class TimeParser {
 public:
  TimeParser(std::string_view layout, std::string_view text) : layout_(layout), text_(text) {}

  bool Run() {
    std::string_view layout = layout_;
    while (!layout.empty()) {
      const LayoutChunk chunk = NextLayoutChunk(layout);
      if (!text_.starts_with(chunk.before)) {
        return false;
      }
      text_.remove_prefix(chunk.before.size());
      layout = chunk.after;
      if (!Part(chunk)) {
        return false;
      }
      const bool seconds =
          chunk.part == LayoutPart::kSecond || chunk.part == LayoutPart::kZeroSecond;
      if (seconds && !NextIsFraction(layout)) {
        (void)Fraction();  // accepted even where the layout has none
      }
    }
    return text_.empty() && Valid();
  }

  GoTime Result(const std::shared_ptr<const TimeZone>& zone) {
    if (pm_ && civil_.hour < 12) {
      civil_.hour += 12;
    } else if (am_ && civil_.hour == 12) {
      civil_.hour = 0;
    }
    if (has_offset_) {
      GoTime time = FromCivil(civil_, nanos_, nullptr);
      time.seconds -= offset_;
      if (offset_ == 0 && (utc_ || zone_name_ == "UTC")) {
        return time;
      }
      if (zone != nullptr && zone->At(time.seconds).seconds == offset_) {
        time.zone = zone;
      } else {
        time.zone = TimeZone::Fixed(zone_name_, offset_);
      }
      return time;
    }
    if (!zone_name_.empty() && zone_name_ != "UTC") {
      GoTime local = FromCivil(civil_, nanos_, zone);
      if (local.Zone().At(local.seconds).abbreviation != zone_name_) {
        local = FromCivil(civil_, nanos_, TimeZone::Fixed(zone_name_, 0));
      }
      return local;
    }
    return FromCivil(civil_, nanos_, zone_name_ == "UTC" ? nullptr : zone);
  }

 private:
  static bool NextIsFraction(std::string_view layout) {
    const LayoutChunk chunk = NextLayoutChunk(layout);
    return chunk.before.empty() &&
           (chunk.part == LayoutPart::kFraction0 || chunk.part == LayoutPart::kFraction9);
  }

  bool Number(size_t digits_min, size_t digits_max, int* value) {
    size_t end = 0;
    while (end < text_.size() && end < digits_max && text_[end] >= '0' && text_[end] <= '9') {
      ++end;
    }
    if (end < digits_min) {
      return false;
    }
    (void)std::from_chars(text_.data(), text_.data() + end, *value);
    text_.remove_prefix(end);
    return true;
  }

  bool Name(const std::string_view* names, size_t count, bool whole, int* index) {
    for (size_t i = 0; i < count; ++i) {
      const std::string_view name = whole ? names[i] : names[i].substr(0, 3);
      if (text_.size() >= name.size() && EqualIgnoringCase(text_.substr(0, name.size()), name)) {
        *index = static_cast<int>(i);
        text_.remove_prefix(name.size());
        return true;
      }
    }
    return false;
  }

  static bool EqualIgnoringCase(std::string_view a, std::string_view b) {
    for (size_t i = 0; i < a.size(); ++i) {
      if ((a[i] | 0x20) != (b[i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  bool Fraction() {
    if (text_.size() < 2 || (text_[0] != '.' && text_[0] != ',') || text_[1] < '0' ||
        text_[1] > '9') {
      return false;
    }
    nanos_ = 0;
    int32_t scale = 100'000'000;
    text_.remove_prefix(1);
    while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9') {
      nanos_ += (text_[0] - '0') * scale;
      scale /= 10;
      text_.remove_prefix(1);
    }
    return true;
  }

  bool Zone(std::string_view form) {
    if (form.front() == 'Z' && text_.starts_with('Z')) {
      text_.remove_prefix(1);
      has_offset_ = utc_ = true;
      return true;
    }
    if (!text_.starts_with('+') && !text_.starts_with('-')) {
      return false;
    }
    const int sign = text_.front() == '-' ? -1 : 1;
    text_.remove_prefix(1);
    const bool colon = form.find(':') != std::string_view::npos;
    int parts[3] = {0, 0, 0};
    size_t digits = form.size() - 1 - (colon ? (form.size() - 3) / 3 : 0);
    for (size_t i = 0; i < 3 && digits > 0; ++i, digits -= 2) {
      if (i > 0 && colon) {
        if (!text_.starts_with(':')) {
          return false;
        }
        text_.remove_prefix(1);
      }
      if (!Number(2, 2, &parts[i])) {
        return false;
      }
    }
    offset_ = sign * (parts[0] * 3600 + parts[1] * 60 + parts[2]);
    has_offset_ = true;
    return parts[0] < 25 && parts[1] < 60 && parts[2] < 60;
  }

  bool ZoneName() {
    size_t end = 0;
    while (end < text_.size() && end < 5 && text_[end] >= 'A' && text_[end] <= 'Z') {
      ++end;
    }
    if (end < 3) {
      return false;
    }
    zone_name_ = text_.substr(0, end);
    text_.remove_prefix(end);
    return true;
  }

  bool AmPm() {
    if (text_.size() < 2 || (text_[1] | 0x20) != 'm') {
      return false;
    }
    pm_ = (text_[0] | 0x20) == 'p';
    am_ = (text_[0] | 0x20) == 'a';
    text_.remove_prefix(2);
    return pm_ || am_;
  }

  bool Month(bool whole) {
    int index = 0;
    if (!Name(kMonthNames, 12, whole, &index)) {
      return false;
    }
    civil_.month = index + 1;
    return true;
  }

  bool Year(const LayoutChunk& chunk) {
    int year = 0;
    if (chunk.part == LayoutPart::kLongYear) {
      if (!Number(4, 4, &year)) {
        return false;
      }
    } else {
      if (!Number(2, 2, &year)) {
        return false;
      }
      year += year >= 69 ? 1900 : 2000;
    }
    civil_.year = year;
    return true;
  }

  bool Part(const LayoutChunk& chunk) {
    int ignored = 0;
    switch (chunk.part) {
      case LayoutPart::kNone:
        return true;
      case LayoutPart::kLongYear:
      case LayoutPart::kYear:
        return Year(chunk);
      case LayoutPart::kLongMonth:
        return Month(true);
      case LayoutPart::kMonth:
        return Month(false);
      case LayoutPart::kNumMonth:
        return Number(1, 2, &civil_.month);
      case LayoutPart::kZeroMonth:
        return Number(2, 2, &civil_.month);
      case LayoutPart::kLongWeekday:
        return Name(kWeekdayNames, 7, true, &ignored);
      case LayoutPart::kWeekday:
        return Name(kWeekdayNames, 7, false, &ignored);
      case LayoutPart::kUnderDay:
        text_.remove_prefix(text_.starts_with(' ') ? 1 : 0);
        return Number(1, 2, &civil_.day);
      case LayoutPart::kDay:
        return Number(1, 2, &civil_.day);
      case LayoutPart::kZeroDay:
        return Number(2, 2, &civil_.day);
      case LayoutPart::kUnderYearDay:
      case LayoutPart::kZeroYearDay:
        civil_.month = 1;
        return Number(3, 3, &civil_.day);
      case LayoutPart::kHour:
        return Number(1, 2, &civil_.hour) && civil_.hour < 24;
      case LayoutPart::kHour12:
      case LayoutPart::kZeroHour12:
        return Number(1, 2, &civil_.hour) && civil_.hour <= 12;
      case LayoutPart::kMinute:
      case LayoutPart::kZeroMinute:
        return Number(1, 2, &civil_.minute) && civil_.minute < 60;
      case LayoutPart::kSecond:
      case LayoutPart::kZeroSecond:
        return Number(1, 2, &civil_.second) && civil_.second < 60;
      case LayoutPart::kUpperPm:
      case LayoutPart::kLowerPm:
        return AmPm();
      case LayoutPart::kZoneName:
        return ZoneName();
      case LayoutPart::kFraction0:
        return Fraction();
      case LayoutPart::kFraction9:
        (void)Fraction();
        return true;
      default:
        return Zone(chunk.text);
    }
  }

  bool Valid() const {
    constexpr int kDays[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (civil_.month < 1 || civil_.month > 12 || civil_.day < 1) {
      return false;
    }
    if (layout_.find("002") != std::string_view::npos) {
      return civil_.day <= 366;
    }
    const int64_t y = civil_.year;
    const bool leap = y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
    return civil_.day <= kDays[civil_.month - 1] + (civil_.month == 2 && leap ? 1 : 0);
  }

  std::string_view layout_;
  std::string_view text_;
  Civil civil_{.year = 0};
  int32_t nanos_ = 0;
  bool pm_ = false;
  bool am_ = false;
  bool has_offset_ = false;
  bool utc_ = false;
  int32_t offset_ = 0;
  std::string zone_name_;
};

}  // namespace

base::Result<GoTime> ParseTime(std::string_view layout, std::string_view text,
                               const std::shared_ptr<const TimeZone>& zone) {
  TimeParser parser(layout, text);
  if (!parser.Run()) {
    return base::InvalidArgument("parsing time " + GoQuote(text) + " as " + GoQuote(layout) +
                                 ": cannot parse");
  }
  return parser.Result(zone);
}

}  // namespace sb::gotemplate
