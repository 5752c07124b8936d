// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/value.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "encoding/hash.h"
#include "encoding/plain_float.h"

namespace sb::traceql {
namespace {

constexpr std::array<std::string_view, 3> kStatusNames = {"error", "ok", "unset"};
constexpr std::array<std::string_view, 6> kKindNames = {"unspecified", "internal", "server",
                                                        "client",      "producer", "consumer"};

bool IsInteger(ValueType type) {
  return type == ValueType::kInt || type == ValueType::kDuration;
}

// A status or kind beside an int that came from an attribute.
bool IsNumbered(ValueType type) {
  return type == ValueType::kStatus || type == ValueType::kKind;
}

std::partial_ordering Reverse(std::partial_ordering order) {
  return 0 <=> order;
}

std::partial_ordering CompareNumbers(const Value& a, const Value& b) {
  if (IsInteger(a.type) && IsInteger(b.type)) {
    return a.integer <=> b.integer;
  }
  if (a.type == ValueType::kFloat && b.type == ValueType::kFloat) {
    return a.number <=> b.number;
  }
  return a.type == ValueType::kFloat ? Reverse(CompareIntFloat(b.integer, a.number))
                                     : CompareIntFloat(a.integer, b.number);
}

struct Unit {
  std::string_view name;
  int64_t ns;
};
constexpr int64_t kSecondNs = 1'000'000'000;
// Longer names first where one begins another.
constexpr Unit kUnits[] = {{"ns", 1},
                           {"us", 1000},
                           {"µs", 1000},  // U+00B5
                           {"μs", 1000},  // U+03BC
                           {"ms", 1'000'000},
                           {"s", kSecondNs},
                           {"m", 60 * kSecondNs},
                           {"h", 3600 * kSecondNs},
                           {"d", 24 * 3600 * kSecondNs},
                           {"w", 7 * 24 * 3600 * kSecondNs},
                           {"y", 365 * 24 * 3600 * kSecondNs}};

const Unit* UnitAt(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) {
      return &unit;
    }
  }
  return nullptr;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// "12.5" times a unit, exactly; false on overflow or without digits. Moves `text` on.
bool ReadPart(std::string_view* text, int64_t* total) {
  __int128 whole = 0;
  __int128 fraction = 0;
  __int128 scale = 1;
  size_t i = 0;
  bool any = false;
  for (; i < text->size() && IsDigit((*text)[i]); ++i, any = true) {
    whole = whole * 10 + ((*text)[i] - '0');
    if (whole > INT64_MAX) {
      return false;
    }
  }
  if (i < text->size() && (*text)[i] == '.') {
    for (++i; i < text->size() && IsDigit((*text)[i]); ++i, any = true) {
      if (scale < 1'000'000'000'000) {
        fraction = fraction * 10 + ((*text)[i] - '0');
        scale *= 10;
      }
    }
  }
  const Unit* unit = any ? UnitAt(text->substr(i)) : nullptr;
  if (unit == nullptr) {
    return false;
  }
  const __int128 ns = *total + whole * unit->ns + fraction * unit->ns / scale;
  if (ns > INT64_MAX) {
    return false;
  }
  *total = static_cast<int64_t>(ns);
  text->remove_prefix(i + unit->name.size());
  return true;
}

// `value` in units of `unit`, with as many decimals as are needed.
void AppendFraction(uint64_t value, uint64_t unit, std::string* out) {
  out->append(std::to_string(value / unit));
  uint64_t rest = value % unit;
  if (rest == 0) {
    return;
  }
  out->push_back('.');
  for (uint64_t place = unit / 10; rest != 0; place /= 10) {
    out->push_back(static_cast<char>('0' + rest / place));
    rest %= place;
  }
}

}  // namespace

std::partial_ordering CompareIntFloat(int64_t a, double b) {
  if (std::isnan(b)) {
    return std::partial_ordering::unordered;
  }
  if (b >= 9223372036854775808.0) {
    return std::partial_ordering::less;
  }
  if (b < -9223372036854775808.0) {
    return std::partial_ordering::greater;
  }
  const double floor = std::floor(b);
  const auto whole = static_cast<int64_t>(floor);
  if (a != whole) {
    return a <=> whole;
  }
  return floor < b ? std::partial_ordering::less : std::partial_ordering::equivalent;
}

std::optional<std::partial_ordering> Compare(const Value& a, const Value& b) {
  if (a.IsNumeric() && b.IsNumeric()) {
    const std::partial_ordering order = CompareNumbers(a, b);
    return order == std::partial_ordering::unordered ? std::nullopt : std::optional(order);
  }
  if (a.type == b.type) {
    switch (a.type) {
      case ValueType::kString:
        return a.text <=> b.text;
      case ValueType::kBool:
      case ValueType::kStatus:
      case ValueType::kKind:
        return a.integer <=> b.integer;
      default:
        return std::nullopt;
    }
  }
  if ((IsNumbered(a.type) && b.type == ValueType::kInt) ||
      (IsNumbered(b.type) && a.type == ValueType::kInt)) {
    return a.integer <=> b.integer;
  }
  return std::nullopt;
}

bool Identical(const Value& a, const Value& b) {
  if (a.type != b.type || a.elements.size() != b.elements.size()) {
    return false;
  }
  for (size_t i = 0; i < a.elements.size(); ++i) {
    if (!Identical(a.elements[i], b.elements[i])) {
      return false;
    }
  }
  return a.integer == b.integer && a.text == b.text &&
         std::bit_cast<uint64_t>(a.number) == std::bit_cast<uint64_t>(b.number);
}

uint64_t HashValue(const Value& value) {
  uint64_t hash = encoding::Hash64Of(value.text);
  for (const uint64_t part :
       {static_cast<uint64_t>(value.type), static_cast<uint64_t>(value.integer),
        std::bit_cast<uint64_t>(value.number)}) {
    hash = (hash ^ part) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 32;
  }
  for (const Value& element : value.elements) {
    hash = hash * 31 + HashValue(element);
  }
  return hash;
}

std::string_view StatusName(int64_t status) {
  return status >= 0 && status < 3 ? kStatusNames[static_cast<size_t>(status)] : "unset";
}

std::string_view KindName(int64_t kind) {
  return kind >= 0 && kind < 6 ? kKindNames[static_cast<size_t>(kind)] : "unspecified";
}

std::string FloatText(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  const double magnitude = std::fabs(value);
  if (value == 0 || (magnitude >= 1e-4 && magnitude < 1e21)) {
    std::string text;
    encoding::AppendPlainFloat(value, &text);
    return text;
  }
  char buffer[32];
  const auto result =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  return std::string(buffer, result.ptr);
}

std::string DurationText(int64_t ns) {
  if (ns == 0) {
    return "0s";
  }
  std::string out = ns < 0 ? "-" : "";
  const uint64_t value = ns < 0 ? -static_cast<uint64_t>(ns) : static_cast<uint64_t>(ns);
  if (value < 1000) {
    return out + std::to_string(value) + "ns";
  }
  if (value < 1'000'000) {
    AppendFraction(value, 1000, &out);
    return out + "µs";
  }
  if (value < 1'000'000'000) {
    AppendFraction(value, 1'000'000, &out);
    return out + "ms";
  }
  constexpr uint64_t kMinute = 60'000'000'000;
  const uint64_t minutes = value / kMinute;
  if (minutes >= 60) {
    out += std::to_string(minutes / 60) + "h";
  }
  if (minutes > 0) {
    out += std::to_string(minutes % 60) + "m";
  }
  AppendFraction(value % kMinute, 1'000'000'000, &out);
  return out + "s";
}

std::optional<int64_t> ParseDurationNs(std::string_view text) {
  int64_t total = 0;
  if (text.empty()) {
    return std::nullopt;
  }
  while (!text.empty()) {
    if (!ReadPart(&text, &total)) {
      return std::nullopt;
    }
  }
  return total;
}

std::string ValueText(const Value& value) {
  switch (value.type) {
    case ValueType::kNil:
      return "nil";
    case ValueType::kString:
      return std::string(value.text);
    case ValueType::kInt:
      return std::to_string(value.integer);
    case ValueType::kFloat:
      return FloatText(value.number);
    case ValueType::kDuration:
      return DurationText(value.integer);
    case ValueType::kBool:
      return value.integer != 0 ? "true" : "false";
    case ValueType::kStatus:
      return std::string(StatusName(value.integer));
    case ValueType::kKind:
      return std::string(KindName(value.integer));
    case ValueType::kArray:
      break;
  }
  std::string out = "[";
  for (const Value& element : value.elements) {
    out += out.size() > 1 ? ", " : "";
    out += ValueText(element);
  }
  return out + "]";
}

}  // namespace sb::traceql
