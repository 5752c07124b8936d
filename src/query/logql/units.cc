// SPDX-License-Identifier: Apache-2.0
#include "query/logql/units.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "encoding/plain_float.h"

namespace sb::logql {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsFold(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) {
    return false;
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (Lower(text[i]) != lower[i]) {
      return false;
    }
  }
  return true;
}

struct Unit {
  std::string_view name;
  int64_t ns;
};
constexpr std::array<Unit, 8> kPromUnits = {{{"y", 365 * 86400 * kSecond},
                                             {"w", 7 * 86400 * kSecond},
                                             {"d", 86400 * kSecond},
                                             {"h", 3600 * kSecond},
                                             {"m", 60 * kSecond},
                                             {"s", kSecond},
                                             {"ms", 1'000'000},
                                             {"", 0}}};
constexpr std::array<Unit, 8> kGoUnits = {{{"ns", 1},
                                           {"us", 1000},
                                           {"\xC2\xB5s", 1000},  // U+00B5
                                           {"\xCE\xBCs", 1000},  // U+03BC
                                           {"ms", 1'000'000},
                                           {"s", kSecond},
                                           {"m", 60 * kSecond},
                                           {"h", 3600 * kSecond}}};

std::optional<int64_t> ParsePromDuration(std::string_view text) {
  int64_t total = 0;
  size_t next_unit = 0;
  if (text == "0") {
    return 0;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  while (!text.empty()) {
    size_t digits = 0;
    while (digits < text.size() && IsDigit(text[digits])) {
      ++digits;
    }
    int64_t count = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + digits, count);
    if (digits == 0 || parsed.ec != std::errc()) {
      return std::nullopt;
    }
    size_t end = digits;
    while (end < text.size() && !IsDigit(text[end])) {
      ++end;
    }
    const std::string_view name = text.substr(digits, end - digits);
    size_t unit = next_unit;
    while (unit + 1 < kPromUnits.size() && kPromUnits.at(unit).name != name) {
      ++unit;
    }
    if (unit + 1 >= kPromUnits.size()) {
      return std::nullopt;
    }
    int64_t ns = 0;
    if (__builtin_mul_overflow(count, kPromUnits.at(unit).ns, &ns) ||
        __builtin_add_overflow(total, ns, &total)) {
      return std::nullopt;
    }
    next_unit = unit + 1;
    text.remove_prefix(end);
  }
  return total;
}

// One "1.5h" at the front of `text`, as Go reads it: the fraction is cut below a nanosecond.
bool TakeGoPart(std::string_view* text, uint64_t* total) {
  constexpr uint64_t kMax = uint64_t{1} << 63;
  size_t at = 0;
  uint64_t whole = 0;
  while (at < text->size() && IsDigit((*text)[at])) {
    if (whole > kMax / 10) {
      return false;
    }
    whole = whole * 10 + static_cast<uint64_t>((*text)[at++] - '0');
  }
  bool any = at > 0;
  double fraction = 0;
  double scale = 1;
  if (at < text->size() && (*text)[at] == '.') {
    ++at;
    uint64_t digits = 0;
    bool full = false;
    while (at < text->size() && IsDigit((*text)[at])) {
      any = true;
      if (digits > (kMax - 1) / 10) {
        full = true;
      }
      if (!full) {
        digits = digits * 10 + static_cast<uint64_t>((*text)[at] - '0');
        scale *= 10;
      }
      ++at;
    }
    fraction = static_cast<double>(digits);
  }
  size_t end = at;
  while (end < text->size() && (*text)[end] != '.' && !IsDigit((*text)[end])) {
    ++end;
  }
  const std::string_view name = text->substr(at, end - at);
  for (const Unit& unit : kGoUnits) {
    if (any && unit.name == name) {
      const auto ns = static_cast<uint64_t>(unit.ns);
      if (whole > kMax / ns) {
        return false;
      }
      uint64_t value = whole * ns;
      if (fraction > 0) {
        value += static_cast<uint64_t>(fraction * (static_cast<double>(unit.ns) / scale));
      }
      *total += value;
      text->remove_prefix(end);
      return *total <= kMax;
    }
  }
  return false;
}

// Digits of "12.5", with "," skipped; false if there is no number at all.
bool TakeNumber(std::string_view* text, double* number) {
  std::string digits;
  size_t at = 0;
  while (at < text->size() && (IsDigit((*text)[at]) || (*text)[at] == '.' || (*text)[at] == ',')) {
    if ((*text)[at] != ',') {
      digits += (*text)[at];
    }
    ++at;
  }
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, *number);
  text->remove_prefix(at);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

struct SizeUnit {
  std::string_view name;  // lower case
  double bytes;
};
constexpr double kKilo = 1000;
constexpr double kKibi = 1024;
constexpr std::array<SizeUnit, 26> kSizeUnits = {{
    {"", 1},
    {"b", 1},
    {"kb", kKilo},
    {"k", kKilo},
    {"kib", kKibi},
    {"ki", kKibi},
    {"mb", kKilo* kKilo},
    {"m", kKilo* kKilo},
    {"mib", kKibi* kKibi},
    {"mi", kKibi* kKibi},
    {"gb", kKilo* kKilo* kKilo},
    {"g", kKilo* kKilo* kKilo},
    {"gib", kKibi* kKibi* kKibi},
    {"gi", kKibi* kKibi* kKibi},
    {"tb", kKilo* kKilo* kKilo* kKilo},
    {"t", kKilo* kKilo* kKilo* kKilo},
    {"tib", kKibi* kKibi* kKibi* kKibi},
    {"ti", kKibi* kKibi* kKibi* kKibi},
    {"pb", kKilo* kKilo* kKilo* kKilo* kKilo},
    {"p", kKilo* kKilo* kKilo* kKilo* kKilo},
    {"pib", kKibi* kKibi* kKibi* kKibi* kKibi},
    {"pi", kKibi* kKibi* kKibi* kKibi* kKibi},
    {"eb", kKilo* kKilo* kKilo* kKilo* kKilo* kKilo},
    {"e", kKilo* kKilo* kKilo* kKilo* kKilo* kKilo},
    {"eib", kKibi* kKibi* kKibi* kKibi* kKibi* kKibi},
    {"ei", kKibi* kKibi* kKibi* kKibi* kKibi* kKibi},
}};

// Go allows underscores between digits.
std::optional<std::string> WithoutUnderscores(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
    } else if (i == 0 || i + 1 == text.size() || !IsDigit(text[i - 1]) || !IsDigit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return out;
}

// "1.5" from 1.5e9 in units of a second: trailing zeros of the fraction are dropped.
std::string WithFraction(uint64_t value, uint64_t unit) {
  std::string out = std::to_string(value / unit);
  uint64_t rest = value % unit;
  if (rest == 0) {
    return out;
  }
  std::string fraction = std::to_string(unit + rest).substr(1);
  while (fraction.back() == '0') {
    fraction.pop_back();
  }
  return out + "." + fraction;
}

}  // namespace

std::optional<int64_t> ParseQueryDuration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (const auto prom = ParsePromDuration(text.substr(negative ? 1 : 0)); prom.has_value()) {
    return negative ? -*prom : *prom;
  }
  return ParseGoDuration(text);
}

std::optional<int64_t> ParseGoDuration(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) {
    text.remove_prefix(1);
  }
  if (text == "0") {
    return 0;
  }
  if (text.empty()) {
    return std::nullopt;
  }
  uint64_t total = 0;
  while (!text.empty()) {
    if (!TakeGoPart(&text, &total)) {
      return std::nullopt;
    }
  }
  if (negative) {
    return static_cast<int64_t>(~total + 1);
  }
  if (total > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return std::nullopt;
  }
  return static_cast<int64_t>(total);
}

std::optional<uint64_t> ParseSize(std::string_view text) {
  double number = 0;
  if (!TakeNumber(&text, &number)) {
    return std::nullopt;
  }
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) {
    text.remove_suffix(1);
  }
  for (const SizeUnit& unit : kSizeUnits) {
    if (EqualsFold(text, unit.name)) {
      const double bytes = number * unit.bytes;
      if (!(bytes >= 0) || bytes >= 18446744073709551616.0) {
        return std::nullopt;
      }
      return static_cast<uint64_t>(bytes);
    }
  }
  return std::nullopt;
}

std::optional<double> ParseGoFloat(std::string_view text) {
  if (text.find('_') != std::string_view::npos) {
    const std::optional<std::string> plain = WithoutUnderscores(text);
    return plain.has_value() ? ParseGoFloat(*plain) : std::nullopt;
  }
  const std::string_view whole = text;
  bool negative = false;
  if (!text.empty() && (text.front() == '+' || text.front() == '-')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text.empty()) {
    return std::nullopt;
  }
  double value = 0;
  if (EqualsFold(text, "inf") || EqualsFold(text, "infinity")) {
    value = std::numeric_limits<double>::infinity();
  } else if (EqualsFold(whole, "nan")) {
    return std::numeric_limits<double>::quiet_NaN();
  } else {
    std::chars_format format = std::chars_format::general;
    if (text.size() > 2 && text[0] == '0' && Lower(text[1]) == 'x') {
      // Go wants the exponent of a hexadecimal float.
      if (text.find_first_of("pP") == std::string_view::npos) {
        return std::nullopt;
      }
      text.remove_prefix(2);
      format = std::chars_format::hex;
    }
    if (text.empty() || !(IsDigit(text[0]) || text[0] == '.' || format == std::chars_format::hex)) {
      return std::nullopt;
    }
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value, format);
    if (parsed.ptr != text.data() + text.size() || parsed.ec == std::errc::invalid_argument) {
      return std::nullopt;
    }
    if (parsed.ec == std::errc::result_out_of_range) {
      // Too small is 0 in Go, too large an error.
      const bool is_small = text.find("e-") != std::string_view::npos ||
                            text.find("E-") != std::string_view::npos ||
                            (text.find_first_of("eEpP") == std::string_view::npos &&
                             (text[0] == '0' || text[0] == '.'));
      if (!is_small) {
        return std::nullopt;
      }
      value = 0;
    }
  }
  return negative ? -value : value;
}

std::string FormatGoDuration(int64_t ns) {
  if (ns == 0) {
    return "0s";
  }
  const bool negative = ns < 0;
  const uint64_t u = negative ? ~static_cast<uint64_t>(ns) + 1 : static_cast<uint64_t>(ns);
  std::string out = negative ? "-" : "";
  if (u < 1000) {
    return out + std::to_string(u) + "ns";
  }
  if (u < 1'000'000) {
    return out + WithFraction(u, 1000) + "\xC2\xB5s";
  }
  if (u < 1'000'000'000) {
    return out + WithFraction(u, 1'000'000) + "ms";
  }
  const uint64_t hours = u / 3'600'000'000'000;
  const uint64_t minutes = u / 60'000'000'000 % 60;
  if (hours > 0) {
    out += std::to_string(hours) + "h";
  }
  if (hours > 0 || minutes > 0) {
    out += std::to_string(minutes) + "m";
  }
  return out + WithFraction(u % 60'000'000'000, 1'000'000'000) + "s";
}

std::string FormatPromDuration(int64_t ns) {
  int64_t ms = ns / 1'000'000;
  if (ms == 0) {
    return "0s";
  }
  std::string out;
  if (ms < 0) {
    out = "-";
    ms = -ms;
  }
  const auto part = [&out, &ms](std::string_view unit, int64_t size, bool exact) {
    if (exact && ms % size != 0) {
      return;
    }
    if (const int64_t count = ms / size; count > 0) {
      out += std::to_string(count);
      out += unit;
      ms -= count * size;
    }
  };
  // Only whole years, weeks and days are written as such: 36h stays 1d12h, 365d is 1y.
  part("y", int64_t{365} * 86'400'000, true);
  part("w", int64_t{7} * 86'400'000, true);
  part("d", 86'400'000, true);
  part("h", 3'600'000, false);
  part("m", 60'000, false);
  part("s", 1000, false);
  part("ms", 1, false);
  return out;
}

std::string FormatSize(uint64_t bytes) {
  struct Printed {
    std::string_view unit;
    uint64_t bytes;
  };
  static constexpr std::array<Printed, 10> kUnits = {{{"PB", 1'000'000'000'000'000},
                                                      {"TB", 1'000'000'000'000},
                                                      {"GB", 1'000'000'000},
                                                      {"MB", 1'000'000},
                                                      {"kB", 1'000},
                                                      {"PiB", uint64_t{1} << 50},
                                                      {"TiB", uint64_t{1} << 40},
                                                      {"GiB", uint64_t{1} << 30},
                                                      {"MiB", uint64_t{1} << 20},
                                                      {"KiB", uint64_t{1} << 10}}};
  for (const Printed& unit : kUnits) {
    if (bytes >= unit.bytes && bytes % unit.bytes == 0) {
      return fmt::format("{}{}", bytes / unit.bytes, unit.unit);
    }
    if (bytes >= unit.bytes && bytes < 10 * unit.bytes && bytes * 10 % unit.bytes == 0) {
      return fmt::format("{}.{}{}", bytes / unit.bytes, bytes * 10 / unit.bytes % 10, unit.unit);
    }
  }
  return fmt::format("{}B", bytes);
}

std::string FormatPlainFloat(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  std::string text;
  encoding::AppendPlainFloat(value, &text);
  return text;
}

std::string FormatGoFloat(double value) {
  const double size = std::fabs(value);
  if (std::isnan(value) || std::isinf(value) || value == 0 || (size >= 1e-4 && size < 1e6)) {
    return FormatPlainFloat(value);
  }
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 std::chars_format::scientific);
  return {buffer.data(), end.ptr};
}

}  // namespace sb::logql
