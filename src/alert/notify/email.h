// SPDX-License-Identifier: Apache-2.0
//
// The text of a notification mail: headers, multipart/alternative, quoted-printable.
//
// Internal to email.cc and its tests. Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sb::notify {

struct MailParts {
  std::vector<std::pair<std::string, std::string>> headers;  // values not yet encoded
  std::string text;                                          // "" for none
  std::string html;
  std::string boundary;
};

std::string BuildMail(const MailParts& parts);
// RFC 2045 with lines of at most 76 characters, as Go's mime/quotedprintable writes it.
std::string QuotedPrintable(std::string_view text);
// RFC 2047 Q encoding where a header value is not plain ASCII.
std::string EncodeHeader(std::string_view value);

}  // namespace sb::notify
