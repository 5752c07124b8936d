// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/json_text.h"

namespace sb::wire {
namespace {

void AppendEscaped(unsigned char c, std::string* out) {
  static constexpr char kHex[] = "0123456789abcdef";
  out->append("\\u00");
  out->push_back(kHex[c >> 4]);
  out->push_back(kHex[c & 15]);
}

}  // namespace

void AppendJsonText(std::string_view text, std::string* out) {
  out->push_back('"');
  for (const char c : text) {
    switch (c) {
      case '"':
      case '\\':
        out->push_back('\\');
        out->push_back(c);
        break;
      case '\n':
        out->append("\\n");
        break;
      case '\r':
        out->append("\\r");
        break;
      case '\t':
        out->append("\\t");
        break;
      case '<':
      case '>':
      case '&':
        AppendEscaped(static_cast<unsigned char>(c), out);
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          AppendEscaped(static_cast<unsigned char>(c), out);
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

}  // namespace sb::wire
