// SPDX-License-Identifier: Apache-2.0
//
// The little JSON that the demo writes and reads: quoted text, and a number or text out of a flat
// object.
#pragma once

#include <string>
#include <string_view>

namespace techmart {

std::string JsonText(std::string_view text);
// The value of a key of a flat object, without quotes; "" when absent.
std::string JsonField(std::string_view object, std::string_view key);

}  // namespace techmart
