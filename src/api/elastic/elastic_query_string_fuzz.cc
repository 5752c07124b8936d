// SPDX-License-Identifier: Apache-2.0
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "api/elastic/elastic_query.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)sb::api::ParseQueryString(text, size % 2 == 0, 1'763'632'800'000);
  (void)sb::api::ContainsPhrase(text, text.substr(size / 2));
  return 0;
}
