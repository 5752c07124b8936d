// SPDX-License-Identifier: Apache-2.0
//
// Secret is a string that must not be shown: a password, a token. Configuration is printed with
// "<secret>" in its place; only reveal() gives the value, so that a leak is a word one can search
// for.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace sb::config {

inline constexpr std::string_view kSecretMask = "<secret>";

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  const std::string& reveal() const { return value_; }
  // What may be shown: the mask, or nothing when there is no secret.
  std::string_view masked() const { return value_.empty() ? std::string_view() : kSecretMask; }

  friend bool operator==(const Secret&, const Secret&) = default;

 private:
  std::string value_;
};

}  // namespace sb::config
