// SPDX-License-Identifier: Apache-2.0
//
// Query strings and percent-encoding: what parses is written and parsed again to the same pairs.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/url_params.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto params = sb::net::UrlParams::Parse(text);
  if (params.ok()) {
    const auto again = sb::net::UrlParams::Parse(params->Encode());
    SB_CHECK(again.ok() && again->size() == params->size());
    SB_CHECK(std::equal(params->begin(), params->end(), again->begin()));
  }
  const auto path = sb::net::PercentDecodePath(text);
  if (path.ok()) {
    SB_CHECK(*sb::net::PercentDecodePath(sb::net::PercentEncodePathSegment(*path)) == *path);
  }
  SB_CHECK(*sb::net::PercentDecodeQuery(sb::net::PercentEncodeQuery(text)) == text);
  return 0;
}
