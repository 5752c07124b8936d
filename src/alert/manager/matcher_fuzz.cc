// SPDX-License-Identifier: Apache-2.0
//
// Any text as matchers, in all three ways: no crash, and what is accepted prints as something that
// is accepted again with the same meaning.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "alert/manager/matcher.h"
#include "base/check.h"
#include "config/quote.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::alert;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const MatcherMode mode :
       {MatcherMode::kUtf8, MatcherMode::kClassic, MatcherMode::kFallback}) {
    const auto matchers = ParseMatchers(text, mode);
    (void)ParseMatcher(text, mode).ok();
    if (matchers.ok() && mode == MatcherMode::kUtf8) {
      const auto again = ParseMatchers(ToString(*matchers), mode);
      SB_CHECK(again.ok() && *again == *matchers);
    }
  }
  return 0;
}
