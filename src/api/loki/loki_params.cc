// SPDX-License-Identifier: Apache-2.0
#include "api/loki/loki_params.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "query/logql/units.h"

namespace sb::api::loki {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

bool AllDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::optional<int> Digits(std::string_view text, size_t at, size_t count) {
  int value = 0;
  if (at + count > text.size() ||
      std::from_chars(text.data() + at, text.data() + at + count, value).ptr !=
          text.data() + at + count) {
    return std::nullopt;
  }
  return value;
}

int64_t DaysFromCivil(int64_t year, int64_t month, int64_t day) {
  year -= month <= 2 ? 1 : 0;
  const int64_t era = (year >= 0 ? year : year - 399) / 400;
  const int64_t of_era = year - era * 400;
  const int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146'097 + of_era * 365 + of_era / 4 - of_era / 100 + day_of_year - 719'468;
}

// The part behind the seconds: ".123456789", then "Z" or "+02:00".
std::optional<int64_t> FractionAndZone(std::string_view rest) {
  int64_t ns = 0;
  if (rest.starts_with('.')) {
    size_t end = 1;
    int64_t unit = kSecond / 10;
    while (end < rest.size() && rest[end] >= '0' && rest[end] <= '9') {
      ns += (rest[end] - '0') * unit;
      unit /= 10;
      ++end;
    }
    if (end == 1) {
      return std::nullopt;
    }
    rest.remove_prefix(end);
  }
  if (rest == "Z" || rest == "z") {
    return ns;
  }
  const auto hours = Digits(rest, 1, 2);
  const auto minutes = Digits(rest, 4, 2);
  if (rest.size() != 6 || (rest[0] != '+' && rest[0] != '-') || rest[3] != ':' ||
      !hours.has_value() || !minutes.has_value()) {
    return std::nullopt;
  }
  const int64_t offset = (int64_t{*hours} * 3600 + *minutes * 60) * kSecond;
  return rest[0] == '+' ? ns - offset : ns + offset;
}

std::optional<int64_t> ParseRfc3339(std::string_view text) {
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  const auto hour = Digits(text, 11, 2);
  const auto minute = Digits(text, 14, 2);
  const auto second = Digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second || text[4] != '-' ||
      text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
      text[16] != ':' || *month < 1 || *month > 12 || *day < 1 || *day > 31 || *hour > 23 ||
      *minute > 59 || *second > 60 || *year < 1678 || *year > 2261) {
    return std::nullopt;
  }
  const auto rest = FractionAndZone(text.substr(19));
  if (!rest.has_value()) {
    return std::nullopt;
  }
  const int64_t days = DaysFromCivil(*year, *month, *day);
  return ((days * 24 + *hour) * 60 + *minute) * 60 * kSecond + *second * kSecond + *rest;
}

// Seconds as a float, to nanoseconds; nothing where they do not fit.
std::optional<int64_t> SecondsToNs(double seconds) {
  if (!(std::fabs(seconds) < 9e9)) {
    return std::nullopt;
  }
  const double whole = std::floor(seconds);
  return static_cast<int64_t>(whole) * kSecond +
         static_cast<int64_t>(std::round((seconds - whole) * 1e9));
}

base::Status CannotParse(std::string_view name, const base::Status& reason) {
  return base::InvalidArgument(
      fmt::format("could not parse '{}' parameter: {}", name, reason.message()));
}

}  // namespace

base::Result<int64_t> ParseTimestampNs(std::string_view text) {
  if (text.find('.') != std::string_view::npos && text.find('T') == std::string_view::npos) {
    if (const auto seconds = logql::ParseGoFloat(text); seconds.has_value()) {
      if (const auto ns = SecondsToNs(*seconds); ns.has_value()) {
        // To the millisecond, as the reference reads them.
        return *ns / 1'000'000 * 1'000'000;
      }
    }
  }
  const bool negative = text.starts_with('-');
  if (AllDigits(text.substr(negative ? 1 : 0))) {
    int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    if (parsed.ec == std::errc()) {
      return text.size() <= 10 ? number * kSecond : number;
    }
  } else if (const auto ns = ParseRfc3339(text); ns.has_value()) {
    return *ns;
  }
  return base::InvalidArgument(fmt::format("cannot parse \"{}\" to a valid timestamp", text));
}

base::Result<int64_t> ParseStepNs(std::string_view text) {
  if (const auto seconds = logql::ParseGoFloat(text); seconds.has_value()) {
    if (const auto ns = SecondsToNs(*seconds); ns.has_value()) {
      return *ns;
    }
    return base::InvalidArgument(
        fmt::format("cannot parse \"{}\" to a valid duration. It overflows int64", text));
  }
  if (const auto ns = logql::ParseQueryDuration(text); ns.has_value()) {
    return *ns;
  }
  return base::InvalidArgument(fmt::format("cannot parse \"{}\" to a valid duration", text));
}

base::Result<int64_t> ParseIntervalNs(std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  SB_ASSIGN_OR_RETURN(const int64_t ns, ParseStepNs(text));
  if (ns < 0) {
    return base::InvalidArgument("interval must be >= 0");
  }
  return ns;
}

int64_t DefaultStepNs(int64_t start_ns, int64_t end_ns) {
  return std::max<int64_t>(1, (end_ns - start_ns) / kSecond / 250) * kSecond;
}

base::Result<Bounds> ReadBounds(const net::UrlParams& params, int64_t now_ns) {
  Bounds bounds;
  bounds.end_ns = now_ns;
  if (const std::string_view end = params.Get("end"); !end.empty()) {
    const auto parsed = ParseTimestampNs(end);
    if (!parsed.ok()) {
      return CannotParse("end", parsed.status());
    }
    bounds.end_ns = *parsed;
  }
  int64_t since = 3600 * kSecond;
  if (const std::string_view text = params.Get("since"); !text.empty()) {
    const auto parsed = logql::ParseQueryDuration(text);
    if (!parsed.has_value()) {
      return CannotParse("since", base::InvalidArgument(
                                      fmt::format("not a valid duration string: \"{}\"", text)));
    }
    since = *parsed;
  }
  bounds.start_ns = std::min(bounds.end_ns, now_ns) - since;
  if (const std::string_view start = params.Get("start"); !start.empty()) {
    const auto parsed = ParseTimestampNs(start);
    if (!parsed.ok()) {
      return CannotParse("start", parsed.status());
    }
    bounds.start_ns = *parsed;
  }
  return bounds;
}

base::Result<std::optional<uint32_t>> ReadUint32(const net::UrlParams& params,
                                                 std::string_view name) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return std::optional<uint32_t>();
  }
  if (text.starts_with('-')) {
    return base::InvalidArgument(fmt::format("{} must be a positive value", name));
  }
  uint32_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
    return base::InvalidArgument(
        fmt::format("{} must be a whole number below 2^32, got \"{}\"", name, text));
  }
  return std::optional<uint32_t>(value);
}

base::Result<uint32_t> ReadLimit(const net::UrlParams& params, std::string_view name,
                                 uint32_t fallback) {
  SB_ASSIGN_OR_RETURN(const auto value, ReadUint32(params, name));
  if (value.has_value() && *value == 0) {
    return base::InvalidArgument(fmt::format("{} must be a positive value", name));
  }
  return value.value_or(fallback);
}

base::Result<logql::Direction> ReadDirection(const net::UrlParams& params) {
  std::string text(params.Get("direction"));
  for (char& c : text) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (text.empty() || text == "backward") {
    return logql::Direction::kBackward;
  }
  if (text == "forward") {
    return logql::Direction::kForward;
  }
  return base::InvalidArgument(fmt::format("invalid direction '{}'", text));
}

base::Result<int64_t> ReadStep(const net::UrlParams& params, const Bounds& bounds) {
  const std::string_view text = params.Get("step");
  if (text.empty()) {
    return DefaultStepNs(bounds.start_ns, bounds.end_ns);
  }
  SB_ASSIGN_OR_RETURN(const int64_t step, ParseStepNs(text));
  if (step <= 0) {
    return base::InvalidArgument(
        "zero or negative query resolution step widths are not accepted. Try a positive integer");
  }
  return step;
}

}  // namespace sb::api::loki
