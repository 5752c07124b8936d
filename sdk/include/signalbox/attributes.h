// SPDX-License-Identifier: Apache-2.0
//
// Attributes are what spans, measurements, log records and resources say of themselves: a name and
// a value of one of the types of OpenTelemetry.
//
//   span.Set("http.route", "/cart");   span.Set("cart.items", 3);
//   counter.Add(1, {{"method", "GET"}, {"ok", true}});
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace signalbox {

using AttributeValue = std::variant<std::string, int64_t, double, bool, std::vector<std::string>>;

template <typename T>
AttributeValue ToAttributeValue(T&& value) {
  using V = std::remove_cvref_t<T>;
  if constexpr (std::same_as<V, AttributeValue>) {
    return std::forward<T>(value);
  } else if constexpr (std::same_as<V, bool>) {
    return AttributeValue(value);
  } else if constexpr (std::integral<V>) {
    return AttributeValue(static_cast<int64_t>(value));
  } else if constexpr (std::floating_point<V>) {
    return AttributeValue(static_cast<double>(value));
  } else if constexpr (std::convertible_to<T, std::string_view>) {
    return AttributeValue(std::string(std::string_view(value)));
  } else {
    return AttributeValue(std::forward<T>(value));
  }
}

struct Attribute {
  std::string key;
  AttributeValue value;

  Attribute() = default;
  template <typename T>
  Attribute(std::string_view k, T&& v) : key(k), value(ToAttributeValue(std::forward<T>(v))) {}
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

using Attributes = std::vector<Attribute>;

// The value as text, as a label of a metric shows it.
std::string AttributeText(const AttributeValue& value);

}  // namespace signalbox
