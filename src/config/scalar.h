// SPDX-License-Identifier: Apache-2.0
//
// Plain YAML scalars as Go's yaml.v2, which reads the files we are to replace, takes them
// (YAML 1.1): booleans also as yes/no/on/off/y/n, integers also as 0x1F, 0b11, 017 and 1_000,
// floats also as .inf and .nan. Quoted scalars are strings; the caller checks Node::plain.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sb::config {

std::optional<bool> ParseYamlBool(std::string_view text);
// Decimal, hexadecimal, binary or octal with sign; nothing when it does not fit int64.
std::optional<int64_t> ParseYamlInt(std::string_view text);
// Also takes every integer.
std::optional<double> ParseYamlFloat(std::string_view text);
bool IsYamlNull(std::string_view text);  // "", ~, null, Null, NULL

}  // namespace sb::config
