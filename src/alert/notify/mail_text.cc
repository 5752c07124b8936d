// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "alert/notify/email.h"
#include "config/quote.h"

namespace sb::notify {
namespace {

constexpr size_t kLineMax = 76;
constexpr size_t kEncodedWordMax = 75;
constexpr char kHex[] = "0123456789ABCDEF";

class QuotedPrintableWriter {
 public:
  std::string Run(std::string_view text) {
    for (size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') {
        continue;
      }
      if (c == '\n' || c == '\r') {
        EndLine();
      } else if ((c >= '!' && c <= '~' && c != '=') || c == ' ' || c == '\t') {
        if (line_.size() == kLineMax - 1) {
          SoftBreak();
        }
        line_ += c;
      } else {
        Encode(c);
      }
    }
    EncodeTrailingSpace();
    return out_ + line_;
  }

 private:
  void SoftBreak() {
    out_ += line_ + "=\r\n";
    line_.clear();
  }
  void Encode(char c) {
    if (kLineMax - 1 - line_.size() < 3) {
      SoftBreak();
    }
    line_ += '=';
    line_ += kHex[static_cast<unsigned char>(c) >> 4];
    line_ += kHex[static_cast<unsigned char>(c) & 15];
  }
  void EncodeTrailingSpace() {
    if (!line_.empty() && (line_.back() == ' ' || line_.back() == '\t')) {
      const char last = line_.back();
      line_.pop_back();
      Encode(last);
    }
  }
  void EndLine() {
    EncodeTrailingSpace();
    out_ += line_ + "\r\n";
    line_.clear();
  }

  std::string out_;
  std::string line_;
};

}  // namespace

std::string QuotedPrintable(std::string_view text) {
  return QuotedPrintableWriter().Run(text);
}

std::string EncodeHeader(std::string_view value) {
  const bool plain = std::all_of(value.begin(), value.end(),
                                 [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
  if (plain) {
    return std::string(value);
  }
  const std::string open = "=?utf-8?q?";
  std::string out = open;
  size_t word = open.size();
  for (size_t at = 0; at < value.size();) {
    const size_t start = at;
    char32_t rune = 0;
    (void)config::DecodeUtf8(value, &at, &rune);
    std::string encoded;
    for (const char c : value.substr(start, at - start)) {
      if (c == ' ') {
        encoded += '_';
      } else if (c >= '!' && c <= '~' && c != '=' && c != '?' && c != '_') {
        encoded += c;
      } else {
        encoded += '=';
        encoded += kHex[static_cast<unsigned char>(c) >> 4];
        encoded += kHex[static_cast<unsigned char>(c) & 15];
      }
    }
    if (word + encoded.size() + 2 > kEncodedWordMax) {
      out += "?= " + open;
      word = open.size();
    }
    out += encoded;
    word += encoded.size();
  }
  return out + "?=";
}

std::string BuildMail(const MailParts& parts) {
  std::string out;
  for (const auto& [name, value] : parts.headers) {
    std::string line = value;  // a line break would begin another header
    std::erase_if(line, [](char c) { return c == '\r' || c == '\n'; });
    out += name + ": " + EncodeHeader(line) + "\r\n";
  }
  out += "Content-Type: multipart/alternative;  boundary=" + parts.boundary + "\r\n";
  out += "MIME-Version: 1.0\r\n\r\n";
  const auto add = [&](std::string_view type, const std::string& body) {
    out += "--" + parts.boundary + "\r\nContent-Transfer-Encoding: quoted-printable\r\n";
    out += "Content-Type: " + std::string(type) + "; charset=UTF-8\r\n\r\n";
    out += QuotedPrintable(body) + "\r\n";
  };
  if (!parts.text.empty()) {
    add("text/plain", parts.text);
  }
  if (!parts.html.empty()) {
    add("text/html", parts.html);
  }
  return out + "--" + parts.boundary + "--\r\n";
}

}  // namespace sb::notify
