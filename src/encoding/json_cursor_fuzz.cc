// SPDX-License-Identifier: Apache-2.0
//
// Whatever the cursor accepts as a value is accepted again from its own raw text.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "encoding/json_cursor.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  sb::encoding::JsonCursor in(text);
  std::string_view raw;
  if (in.SkipValue(&raw)) {
    sb::encoding::JsonCursor again(raw);
    SB_CHECK(again.SkipValue());
    SB_CHECK(again.ExpectEnd());
  }
  sb::encoding::JsonCursor object(text);
  std::string scratch;
  std::string value_scratch;
  std::string_view key;
  std::string_view value;
  if (object.EnterObject()) {
    while (object.NextKey(&key, &scratch) && object.ReadAsText(&value, &value_scratch)) {
    }
  }
  std::string unescaped;
  (void)sb::encoding::UnescapeJson(text, &unescaped);
  return 0;
}
