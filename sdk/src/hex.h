// SPDX-License-Identifier: Apache-2.0
//
// Hexadecimal text of ids.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace signalbox::internal {

std::string ToHex(std::span<const uint8_t> bytes);
// Fills all of `bytes`; false unless `text` has exactly twice as many hex digits.
bool FromHex(std::string_view text, std::span<uint8_t> bytes);

}  // namespace signalbox::internal
