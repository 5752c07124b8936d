// SPDX-License-Identifier: Apache-2.0
#include "wire/otlp/json_text.h"

#include "encoding/hex.h"

namespace sb::wire {
namespace {

void AppendEscaped(char c, std::string* out) {
  out->append("\\u00");
  encoding::AppendHex({&c, 1}, out);
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
        AppendEscaped(c, out);
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          AppendEscaped(c, out);
        } else {
          out->push_back(c);
        }
    }
  }
  out->push_back('"');
}

}  // namespace sb::wire
