// SPDX-License-Identifier: Apache-2.0
#include "query/logql/label_key.h"

#include "query/logql/lexer.h"

namespace sb::logql {
namespace {

std::string_view Trim(std::string_view key) {
  while (!key.empty() && (key.front() == ' ' || (key.front() >= '\t' && key.front() <= '\r'))) {
    key.remove_prefix(1);
  }
  while (!key.empty() && (key.back() == ' ' || (key.back() >= '\t' && key.back() <= '\r'))) {
    key.remove_suffix(1);
  }
  return key;
}

}  // namespace

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
  key = Trim(key);
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
