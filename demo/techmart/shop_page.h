// SPDX-License-Identifier: Apache-2.0
//
// The page of the shop: products, the eight journeys as buttons, the faults as switches, and the
// alerts that came to its webhook.
#pragma once

#include <string_view>

namespace techmart {

std::string_view ShopPage();

}  // namespace techmart
