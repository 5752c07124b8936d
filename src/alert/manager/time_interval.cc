// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/time_interval.h"

#include <algorithm>
#include <charconv>

#include "config/codec.h"
#include "template/go_time.h"

namespace sb::alert {
namespace {

using config::ErrorList;
using config::Node;

constexpr int kMinutesOfDay = 1440;

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 0x20 : c);
  }
  return out;
}

bool Within(const std::vector<IntRange>& ranges, int value) {
  return ranges.empty() || std::any_of(ranges.begin(), ranges.end(), [&](const IntRange& range) {
           return range.first <= value && value <= range.last;
         });
}

bool ToInt(std::string_view text, int* value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *value);
  return error == std::errc() && end == text.data() + text.size();
}

// Index of a name, counting from 0; -1 if there is none.
int NameIndex(std::string_view text, const std::string_view* names, int count) {
  for (int i = 0; i < count; ++i) {
    if (Lower(names[i]) == text) {
      return i;
    }
  }
  return -1;
}

// One end of a range; a message when it is none.
using ReadEnd = std::string (*)(const std::string& text, int* value);

std::string ReadWeekday(const std::string& text, int* value) {
  *value = NameIndex(text, gotemplate::kWeekdayNames, 7);
  return *value < 0 ? text + " is not a valid weekday" : "";
}

std::string ReadMonth(const std::string& text, int* value) {
  *value = NameIndex(text, gotemplate::kMonthNames, 12) + 1;
  if (*value == 0 && (!ToInt(text, value) || *value < 1 || *value > 12)) {
    return text + " is not a valid month";
  }
  return "";
}

std::string ReadDay(const std::string& text, int* value) {
  if (!ToInt(text, value)) {
    return text + " is not a valid day of the month";
  }
  return *value == 0 || *value > 31 || *value < -31
             ? text + " is not a valid day of the month: out of range"
             : "";
}

std::string ReadYear(const std::string& text, int* value) {
  return ToInt(text, value) ? "" : text + " is not a valid year";
}

// "a" or "a:b".
std::vector<IntRange> ReadRanges(const Node* node, ReadEnd read,
                                 std::string (*check)(const IntRange&), ErrorList& errors) {
  std::vector<IntRange> ranges;
  if (node == nullptr || !config::CheckSequence(*node, "[]string", errors)) {
    return ranges;
  }
  for (const config::NodePtr& item : node->items) {
    const std::string text = Lower(item->text);
    const size_t colon = text.find(':');
    IntRange range;
    std::string error = read(text.substr(0, colon), &range.first);
    range.last = range.first;
    if (error.empty() && colon != std::string::npos) {
      error = read(text.substr(colon + 1), &range.last);
    }
    if (error.empty()) {
      error = check(range);
    }
    if (!error.empty()) {
      errors.Add(*item, error);
      continue;
    }
    ranges.push_back(range);
  }
  return ranges;
}

std::string CheckWeekdays(const IntRange& range) {
  return range.first > range.last ? "start day cannot be before end day" : "";
}

std::string CheckMonths(const IntRange& range) {
  return range.first > range.last ? "end month " + std::to_string(range.last) +
                                        " is before start month " + std::to_string(range.first)
                                  : "";
}

std::string CheckYears(const IntRange& range) {
  return range.first > range.last ? "end year " + std::to_string(range.last) +
                                        " is before start year " + std::to_string(range.first)
                                  : "";
}

std::string CheckDays(const IntRange& range) {
  // Counted in the longest month, where a negative end lies latest.
  const int first = range.first < 0 ? 32 + range.first : range.first;
  const int last = range.last < 0 ? 32 + range.last : range.last;
  return first > last ? "end day " + std::to_string(range.last) + " is always before start day " +
                            std::to_string(range.first)
                      : "";
}

// "09:30"; "24:00" is an end.
bool ReadMinute(const std::string& text, int* minute) {
  int hours = 0;
  int minutes = 0;
  if (text.size() != 5 || text[2] != ':' || !ToInt(text.substr(0, 2), &hours) ||
      !ToInt(text.substr(3), &minutes) || minutes > 59 || hours < 0 || minutes < 0) {
    return false;
  }
  *minute = hours * 60 + minutes;
  return *minute <= kMinutesOfDay;
}

std::vector<IntRange> ReadTimes(const Node* node, ErrorList& errors) {
  std::vector<IntRange> ranges;
  if (node == nullptr || !config::CheckSequence(*node, "[]timeinterval.TimeRange", errors)) {
    return ranges;
  }
  for (const config::NodePtr& item : node->items) {
    const Node* start = item->Find("start_time");
    const Node* end = item->Find("end_time");
    if (start == nullptr || end == nullptr) {
      errors.Add(*item, "both start and end times must be provided");
      continue;
    }
    IntRange range;
    bool good = true;
    for (const auto& [text, value] : {std::pair{start, &range.first}, {end, &range.last}}) {
      if (!ReadMinute(text->text, value)) {
        errors.Add(*text, "couldn't parse timestamp " + text->text + ", invalid format");
        good = false;
      }
    }
    if (good && range.first >= range.last) {
      errors.Add(*item, "start time cannot be equal or greater than end time");
      good = false;
    }
    if (good) {
      ranges.push_back(range);
    }
  }
  return ranges;
}

TimeInterval ReadInterval(const Node& node, base::FileSystem& files, ErrorList& errors) {
  TimeInterval interval;
  if (!config::CheckMapping(node, "timeinterval.TimeInterval", errors)) {
    return interval;
  }
  for (const Node::Entry& entry : node.entries) {
    const std::string& key = entry.key->text;
    const Node* value = entry.value.get();
    if (key == "times") {
      interval.minutes = ReadTimes(value, errors);
    } else if (key == "weekdays") {
      interval.weekdays = ReadRanges(value, ReadWeekday, CheckWeekdays, errors);
    } else if (key == "days_of_month") {
      interval.days_of_month = ReadRanges(value, ReadDay, CheckDays, errors);
    } else if (key == "months") {
      interval.months = ReadRanges(value, ReadMonth, CheckMonths, errors);
    } else if (key == "years") {
      interval.years = ReadRanges(value, ReadYear, CheckYears, errors);
    } else if (key == "location") {
      auto zone = gotemplate::TimeZone::Load(files, value->text);
      if (!zone.ok()) {
        errors.Add(*value, std::string(zone.status().message()));
      } else {
        interval.zone = std::move(zone).value();
      }
    } else {
      errors.Add(*entry.key, "field " + key + " not found in type timeinterval.yamlTimeInterval");
    }
  }
  return interval;
}

bool DayWithin(const std::vector<IntRange>& ranges, const gotemplate::Civil& civil) {
  if (ranges.empty()) {
    return true;
  }
  const auto days = static_cast<int>(gotemplate::DaysFromCivil(civil.year, civil.month + 1, 1) -
                                     gotemplate::DaysFromCivil(civil.year, civil.month, 1));
  for (const IntRange& range : ranges) {
    const int first = range.first < 0 ? days + range.first + 1 : range.first;
    const int last = range.last < 0 ? days + range.last + 1 : range.last;
    if (first <= days && civil.day >= std::max(first, 1) && civil.day <= std::min(last, days)) {
      return true;
    }
  }
  return false;
}

}  // namespace

bool TimeInterval::Contains(base::TimestampNs time) const {
  const gotemplate::Civil civil = gotemplate::GoTime::FromNs(time).In(zone).ToCivil();
  const int minute = civil.hour * 60 + civil.minute;
  const bool in_time =
      minutes.empty() || std::any_of(minutes.begin(), minutes.end(), [&](const IntRange& range) {
        return range.first <= minute && minute < range.last;
      });
  return in_time && DayWithin(days_of_month, civil) && Within(months, civil.month) &&
         Within(weekdays, civil.weekday) && Within(years, static_cast<int>(civil.year));
}

bool NamedTimeInterval::Contains(base::TimestampNs time) const {
  return std::any_of(intervals.begin(), intervals.end(),
                     [&](const TimeInterval& interval) { return interval.Contains(time); });
}

std::vector<TimeInterval> ReadTimeIntervals(const Node& node, base::FileSystem& files,
                                            ErrorList& errors) {
  std::vector<TimeInterval> intervals;
  if (!config::CheckSequence(node, "[]timeinterval.TimeInterval", errors)) {
    return intervals;
  }
  for (const config::NodePtr& item : node.items) {
    intervals.push_back(ReadInterval(*item, files, errors));
  }
  return intervals;
}

}  // namespace sb::alert
