// SPDX-License-Identifier: Apache-2.0
#include "query/logql/label_key.h"

#include "base/trim.h"
#include "query/logql/lexer.h"

namespace sb::logql {
bool IsCleanLabelKey(std::string_view key) {
  if (key.empty() || !IsWordStart(key[0])) {
    return false;
  }
  for (const char c : key) {
    if (!IsWordByte(c)) {
      return false;
    }
  }
  return true;
}

void AppendLabelKey(std::string_view key, std::string* out) {
  key = base::Trim(key, base::kAsciiSpace);
  if (out->empty() && !key.empty() && key[0] >= '0' && key[0] <= '9') {
    *out += '_';
  }
  for (size_t i = 0; i < key.size(); ++i) {
    const auto c = static_cast<unsigned char>(key[i]);
    if (c < 0x80) {
      *out += IsWordByte(key[i]) ? key[i] : '_';
    } else if ((c & 0xC0) != 0x80 || i == 0) {
      *out += '_';  // one per character, not per byte
    }
  }
}

std::string SanitizeLabelKey(std::string_view key) {
  std::string out;
  AppendLabelKey(key, &out);
  return out;
}

}  // namespace sb::logql
