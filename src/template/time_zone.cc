// SPDX-License-Identifier: Apache-2.0
#include "template/time_zone.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace sb::gotemplate {
namespace {

constexpr size_t kHeaderBytes = 44;
constexpr int64_t kDaySeconds = 86400;
constexpr uint32_t kCountMax = 10'000;

int64_t BigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (const char c : bytes) {
    value = (value << 8) | static_cast<unsigned char>(c);
  }
  return bytes.size() == 4 ? static_cast<int32_t>(static_cast<uint32_t>(value))
                           : static_cast<int64_t>(value);
}

struct Header {
  uint32_t utc_count = 0;
  uint32_t std_count = 0;
  uint32_t leap_count = 0;
  uint32_t time_count = 0;
  uint32_t type_count = 0;
  uint32_t char_count = 0;

  size_t BodyBytes(size_t time_bytes) const {
    return time_count * (time_bytes + 1) + type_count * 6 + char_count +
           leap_count * (time_bytes + 4) + std_count + utc_count;
  }
};

bool ReadHeader(std::string_view bytes, Header* header) {
  if (bytes.size() < kHeaderBytes || !bytes.starts_with("TZif")) {
    return false;
  }
  uint32_t* fields[] = {&header->utc_count,  &header->std_count,  &header->leap_count,
                        &header->time_count, &header->type_count, &header->char_count};
  for (size_t i = 0; i < std::size(fields); ++i) {
    *fields[i] = static_cast<uint32_t>(BigEndian(bytes.substr(20 + 4 * i, 4)));
    if (*fields[i] > kCountMax) {
      return false;
    }
  }
  return header->type_count > 0;
}

int YearOf(int64_t unix_seconds) {
  const int64_t day = unix_seconds >= 0 ? unix_seconds / kDaySeconds
                                        : -((-unix_seconds + kDaySeconds - 1) / kDaySeconds);
  constexpr int64_t kDaysMax = 365 * 30'000;
  const std::chrono::sys_days days{
      std::chrono::days(std::clamp<int64_t>(day, -kDaysMax, kDaysMax))};
  return static_cast<int>(std::chrono::year_month_day(days).year());
}

bool TakeNumber(std::string_view* text, int* number) {
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), *number);
  if (error != std::errc()) {
    return false;
  }
  text->remove_prefix(static_cast<size_t>(end - text->data()));
  return true;
}

// "CET" or "<+03>".
bool TakeName(std::string_view* text, std::string* name) {
  if (text->starts_with('<')) {
    const size_t close = text->find('>');
    if (close == std::string_view::npos) {
      return false;
    }
    *name = text->substr(1, close - 1);
    text->remove_prefix(close + 1);
    return true;
  }
  size_t end = 0;
  while (end < text->size() && (((*text)[end] | 0x20) >= 'a' && ((*text)[end] | 0x20) <= 'z')) {
    ++end;
  }
  *name = text->substr(0, end);
  text->remove_prefix(end);
  return end >= 3;
}

// "[+-]h[:mm[:ss]]"
bool TakeSeconds(std::string_view* text, int32_t* seconds) {
  const bool negative = text->starts_with('-');
  if (negative || text->starts_with('+')) {
    text->remove_prefix(1);
  }
  int total = 0;
  int unit = 3600;
  for (int part = 0; part < 3; ++part) {
    int number = 0;
    if (!TakeNumber(text, &number) || number > 167) {
      return false;
    }
    total += number * unit;
    unit /= 60;
    if (!text->starts_with(':')) {
      break;
    }
    text->remove_prefix(1);
  }
  *seconds = negative ? -total : total;
  return true;
}

}  // namespace

std::shared_ptr<const TimeZone> TimeZone::Utc() {
  static const std::shared_ptr<const TimeZone> zone = Fixed("UTC", 0);
  return zone;
}

std::shared_ptr<const TimeZone> TimeZone::Fixed(std::string name, int32_t seconds) {
  std::shared_ptr<TimeZone> zone(new TimeZone(name));
  zone->types_.push_back({seconds, std::move(name)});
  return zone;
}

std::shared_ptr<const TimeZone> TimeZone::Local() {
  static const std::shared_ptr<const TimeZone> zone = [] {
    const auto bytes = base::Env::Real().files().ReadFile("/etc/localtime");
    if (!bytes.ok()) {
      return Utc();
    }
    auto local = FromTzif("Local", *bytes);
    return local.ok() ? *local : Utc();
  }();
  return zone;
}

base::Result<std::shared_ptr<const TimeZone>> TimeZone::Load(base::FileSystem& files,
                                                             std::string_view name) {
  if (name.empty() || name == "UTC") {
    return Utc();
  }
  if (name == "Local") {
    return Local();
  }
  const base::Status unknown = base::NotFound("unknown time zone " + std::string(name));
  if (name.front() == '/' || name.find("..") != std::string_view::npos ||
      name.find('\\') != std::string_view::npos || name.find('\0') != std::string_view::npos) {
    return unknown;
  }
  const auto bytes = files.ReadFile("/usr/share/zoneinfo/" + std::string(name));
  if (!bytes.ok()) {
    return unknown;
  }
  return FromTzif(std::string(name), *bytes);
}

base::Result<std::shared_ptr<const TimeZone>> TimeZone::FromTzif(std::string name,
                                                                 std::string_view bytes) {
  std::shared_ptr<TimeZone> zone(new TimeZone(std::move(name)));
  SB_RETURN_IF_ERROR(zone->Read(bytes));
  return std::shared_ptr<const TimeZone>(std::move(zone));
}

base::Status TimeZone::Read(std::string_view bytes) {
  const base::Status malformed = base::DataLoss("malformed time zone information: " + name_);
  Header header;
  if (!ReadHeader(bytes, &header)) {
    return malformed;
  }
  size_t time_bytes = 4;
  if (bytes[4] >= '2') {  // a second body follows, with 64-bit times
    const size_t skip = kHeaderBytes + header.BodyBytes(4);
    if (bytes.size() < skip || !ReadHeader(bytes.substr(skip), &header)) {
      return malformed;
    }
    bytes.remove_prefix(skip);
    time_bytes = 8;
  }
  bytes.remove_prefix(kHeaderBytes);
  const size_t body = header.BodyBytes(time_bytes);
  if (bytes.size() < body) {
    return malformed;
  }
  const size_t types_start = header.time_count * (time_bytes + 1);
  const std::string_view names =
      bytes.substr(types_start + header.type_count * 6, header.char_count);
  for (size_t i = 0; i < header.type_count; ++i) {
    const std::string_view type = bytes.substr(types_start + 6 * i, 6);
    const auto name_at = static_cast<unsigned char>(type[5]);
    if (name_at >= names.size()) {
      return malformed;
    }
    const std::string_view rest = names.substr(name_at);
    types_.push_back({static_cast<int32_t>(BigEndian(type.substr(0, 4))),
                      std::string(rest.substr(0, rest.find('\0')))});
  }
  for (size_t i = 0; i < header.time_count; ++i) {
    transitions_.push_back(BigEndian(bytes.substr(i * time_bytes, time_bytes)));
    types_at_.push_back(static_cast<uint8_t>(bytes[header.time_count * time_bytes + i]));
    if (types_at_.back() >= types_.size() || (i > 0 && transitions_[i] < transitions_[i - 1])) {
      return malformed;
    }
  }
  std::string_view footer = bytes.substr(body);
  if (time_bytes == 8 && footer.size() > 2) {
    footer.remove_prefix(1);
    footer_.present = ReadFooter(footer.substr(0, footer.find('\n')));
  }
  return base::OkStatus();
}

// "CET-1CEST,M3.5.0,M10.5.0/3"
bool TimeZone::ReadFooter(std::string_view text) {
  int32_t west = 0;
  if (!TakeName(&text, &footer_.standard.abbreviation) || !TakeSeconds(&text, &west)) {
    return false;
  }
  footer_.standard.seconds = -west;
  if (text.empty()) {
    return true;
  }
  if (!TakeName(&text, &footer_.daylight.abbreviation)) {
    return false;
  }
  footer_.daylight.seconds = footer_.standard.seconds + 3600;
  if (!text.starts_with(',')) {
    if (!TakeSeconds(&text, &west)) {
      return false;
    }
    footer_.daylight.seconds = -west;
  }
  footer_.has_dst = ReadRule(&text, &footer_.start) && ReadRule(&text, &footer_.end);
  return footer_.has_dst;
}

bool TimeZone::ReadRule(std::string_view* text, Rule* rule) {
  if (!text->starts_with(',')) {
    return false;
  }
  text->remove_prefix(1);
  if (text->starts_with('M')) {
    text->remove_prefix(1);
    if (!TakeNumber(text, &rule->month) || !text->starts_with('.')) {
      return false;
    }
    text->remove_prefix(1);
    if (!TakeNumber(text, &rule->week) || !text->starts_with('.')) {
      return false;
    }
    text->remove_prefix(1);
    if (!TakeNumber(text, &rule->weekday) || rule->month < 1 || rule->month > 12 ||
        rule->week < 1 || rule->week > 5 || rule->weekday < 0 || rule->weekday > 6) {
      return false;
    }
  } else {
    rule->form = text->starts_with('J') ? 'J' : 'D';
    text->remove_prefix(rule->form == 'J' ? 1 : 0);
    if (!TakeNumber(text, &rule->day) || rule->day < 0 || rule->day > 365) {
      return false;
    }
  }
  if (text->starts_with('/')) {
    text->remove_prefix(1);
    return TakeSeconds(text, &rule->seconds);
  }
  return true;
}

// Wall clock seconds of the change, as if UTC.
int64_t TimeZone::RuleSeconds(const Rule& rule, int year) {
  using namespace std::chrono;
  const std::chrono::year y{year};
  sys_days day;
  if (rule.form == 'M') {
    const month m{static_cast<unsigned>(rule.month)};
    const std::chrono::weekday w{static_cast<unsigned>(rule.weekday)};
    day = rule.week == 5 ? sys_days(y / m / w[last])
                         : sys_days(y / m / w[static_cast<unsigned>(rule.week)]);
  } else {
    day = sys_days(y / January / 1) + days(rule.form == 'J' ? rule.day - 1 : rule.day);
    if (rule.form == 'J' && y.is_leap() && rule.day >= 60) {
      day += days(1);
    }
  }
  return day.time_since_epoch().count() * kDaySeconds + rule.seconds;
}

TimeZone::Offset TimeZone::FromFooter(int64_t unix_seconds) const {
  if (!footer_.has_dst) {
    return footer_.standard;
  }
  const int year = YearOf(unix_seconds + footer_.standard.seconds);
  const int64_t start = RuleSeconds(footer_.start, year) - footer_.standard.seconds;
  const int64_t end = RuleSeconds(footer_.end, year) - footer_.daylight.seconds;
  const bool daylight = start < end ? unix_seconds >= start && unix_seconds < end
                                    : unix_seconds >= start || unix_seconds < end;
  return daylight ? footer_.daylight : footer_.standard;
}

TimeZone::Offset TimeZone::At(int64_t unix_seconds) const {
  const auto next = std::upper_bound(transitions_.begin(), transitions_.end(), unix_seconds);
  if (next == transitions_.end() && footer_.present) {
    return FromFooter(unix_seconds);
  }
  if (next == transitions_.begin()) {
    return types_.front();
  }
  return types_[types_at_[static_cast<size_t>(next - transitions_.begin()) - 1]];
}

// As Go does: the offset of the reading taken as UTC, looked up once more at the instant that
// gives.
int64_t TimeZone::ToUnix(int64_t wall_seconds) const {
  const int32_t first = At(wall_seconds).seconds;
  return first == 0 ? wall_seconds : wall_seconds - At(wall_seconds - first).seconds;
}

}  // namespace sb::gotemplate
