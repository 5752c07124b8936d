// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/vmrange.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

namespace sb::metricsql {
namespace {

constexpr int kExponentMin = -9;
constexpr int kExponentMax = 18;
constexpr int kPerDecimal = 18;
constexpr int kBuckets = (kExponentMax - kExponentMin) * kPerDecimal;

std::string ExponentText(double v) {
  return fmt::format("{:.3e}", v);
}

}  // namespace

std::string VmRangeOf(double value) {
  if (std::isnan(value) || value < 0) {
    return "";
  }
  const double place = (std::log10(value) - kExponentMin) * kPerDecimal;
  if (place < 0) {
    return "0..." + ExponentText(std::pow(10.0, kExponentMin));
  }
  if (place >= kBuckets) {
    return ExponentText(std::pow(10.0, kExponentMax)) + "...+Inf";
  }
  int bucket = static_cast<int>(place);
  if (place == bucket && bucket > 0) {
    --bucket;  // an upper bound belongs to its bucket
  }
  // The bounds are multiplied up, as the library does, so that the digits are the same.
  const double factor = std::pow(10, 1.0 / kPerDecimal);
  double upper = std::pow(10.0, kExponentMin);
  std::string lower_text = ExponentText(upper);
  for (int i = 0; i < bucket; ++i) {
    upper *= factor;
    lower_text = i + 1 == bucket ? ExponentText(upper) : lower_text;
  }
  return lower_text + "..." + ExponentText(upper * factor);
}

std::optional<VmRange> ParseVmRange(std::string_view text) {
  const size_t dots = text.find("...");
  if (dots == std::string_view::npos) {
    return std::nullopt;
  }
  VmRange range;
  range.lower_text = text.substr(0, dots);
  range.upper_text = text.substr(dots + 3);
  range.lower = NumberOf(range.lower_text);
  range.upper = NumberOf(range.upper_text);
  if (std::isnan(range.lower) || std::isnan(range.upper)) {
    return std::nullopt;
  }
  return range;
}

std::string BoundText(double bound) {
  if (std::isinf(bound)) {
    return bound > 0 ? "+Inf" : "-Inf";
  }
  return std::isnan(bound) ? "NaN" : fmt::format("{}", bound);
}

}  // namespace sb::metricsql
