// SPDX-License-Identifier: Apache-2.0
//
// Whether a reply in `coding` may come for a request with this Accept-Encoding (RFC 9110 12.5.3):
// named, or met by "*", with a quality above zero. Malformed parts count as refused.
#pragma once

#include <string_view>

namespace sb::probe {

bool AcceptsEncoding(std::string_view accept_encoding, std::string_view coding);

}  // namespace sb::probe
