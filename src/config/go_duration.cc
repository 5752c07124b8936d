// SPDX-License-Identifier: Apache-2.0
#include "config/go_duration.h"

#include <charconv>
#include <cmath>

namespace sb::config {
namespace {

struct Unit {
  std::string_view name;
  int64_t ns;
};
// Longer names first: "ms" is not "m" and an "s".
constexpr Unit kUnits[] = {
    {"ns", 1},         {"us", 1'000},        {"\xC2\xB5s", 1'000},  {"\xCE\xBCs", 1'000},
    {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000}};

base::Status Invalid(std::string_view text) {
  return base::InvalidArgument("time: invalid duration \"" + std::string(text) + "\"");
}

const Unit* UnitAt(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name) &&
        (text.size() == unit.name.size() || text[unit.name.size()] == '.' ||
         (text[unit.name.size()] >= '0' && text[unit.name.size()] <= '9'))) {
      return &unit;
    }
  }
  return nullptr;
}

}  // namespace

base::Result<GoDuration> ParseGoDuration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative || rest.starts_with('+')) {
    rest.remove_prefix(1);
  }
  if (rest == "0") {
    return GoDuration{};
  }
  if (rest.empty()) {
    return Invalid(text);
  }
  double total = 0;
  while (!rest.empty()) {
    const size_t digits = rest.find_first_not_of("0123456789.");
    double number = 0;
    if (digits == 0 || digits == std::string_view::npos) {
      return digits == 0 ? Invalid(text)
                         : base::InvalidArgument("time: missing unit in duration \"" +
                                                 std::string(text) + "\"");
    }
    const auto parsed = std::from_chars(rest.data(), rest.data() + digits, number);
    if (parsed.ec != std::errc() || parsed.ptr != rest.data() + digits) {
      return Invalid(text);
    }
    rest.remove_prefix(digits);
    const Unit* unit = UnitAt(rest);
    if (unit == nullptr) {
      return base::InvalidArgument("time: unknown unit in duration \"" + std::string(text) + "\"");
    }
    total += number * static_cast<double>(unit->ns);
    rest.remove_prefix(unit->name.size());
  }
  if (total > 9.2e18) {
    return Invalid(text);
  }
  const int64_t ns = std::llround(total);
  return GoDuration{negative ? -ns : ns};
}

std::string FormatGoDuration(GoDuration duration) {
  if (duration.ns == 0) {
    return "0s";
  }
  static constexpr Unit kLargest[] = {
      {"h", 3'600'000'000'000}, {"m", 60'000'000'000}, {"s", 1'000'000'000},
      {"ms", 1'000'000},        {"us", 1'000},         {"ns", 1}};
  for (const Unit& unit : kLargest) {
    if (duration.ns % unit.ns == 0) {
      return std::to_string(duration.ns / unit.ns).append(unit.name);
    }
  }
  return "";
}

void Codec<GoDuration>::Read(const Node& node, const OptionInfo& info, GoDuration* out,
                             ErrorList& errors) {
  if (node.IsNull()) {
    return;
  }
  if (!node.IsScalar()) {
    AddTypeError(node, "time.Duration", errors);
    return;
  }
  const auto parsed = ParseGoDuration(node.text);
  if (!parsed.ok()) {
    errors.Add(node, std::string(parsed.status().message()));
    return;
  }
  if (static_cast<double>(parsed->ns) < info.min || static_cast<double>(parsed->ns) > info.max) {
    errors.Add(node, "duration out of bounds: " + node.text);
    return;
  }
  *out = *parsed;
}

}  // namespace sb::config
