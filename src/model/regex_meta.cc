// SPDX-License-Identifier: Apache-2.0
#include "model/regex_meta.h"

namespace sb::model {

std::string QuoteRegexMeta(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (IsRegexMeta(c)) {
      out += '\\';
    }
    out += c;
  }
  return out;
}

}  // namespace sb::model
