// SPDX-License-Identifier: Apache-2.0
#include "net/http_message.h"

#include <algorithm>
#include <array>

#include "base/trim.h"

namespace sb::net {
namespace {

char LowerAscii(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr std::array<bool, 256> MakeTokenTable() {
  std::array<bool, 256> table{};
  for (int c = 'a'; c <= 'z'; ++c) {
    table[static_cast<size_t>(c)] = true;
    table[static_cast<size_t>(c - 'a' + 'A')] = true;
  }
  for (int c = '0'; c <= '9'; ++c) {
    table[static_cast<size_t>(c)] = true;
  }
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) {
    table[static_cast<uint8_t>(c)] = true;
  }
  return table;
}
constexpr std::array<bool, 256> kTokenTable = MakeTokenTable();

}  // namespace

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return LowerAscii(x) == LowerAscii(y);
         });
}

bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return kTokenTable[static_cast<uint8_t>(c)]; });
}

bool IsHeaderValue(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

void Headers::Add(std::string name, std::string value) {
  entries_.emplace_back(std::move(name), std::move(value));
}

void Headers::Set(std::string_view name, std::string value) {
  Remove(name);
  Add(std::string(name), std::move(value));
}

void Headers::Remove(std::string_view name) {
  std::erase_if(entries_, [name](const Entry& e) { return EqualsIgnoreCase(e.first, name); });
}

std::string_view Headers::Get(std::string_view name) const {
  const std::string* value = Find(name);
  return value != nullptr ? std::string_view(*value) : std::string_view();
}

const std::string* Headers::Find(std::string_view name) const {
  for (const Entry& entry : entries_) {
    if (EqualsIgnoreCase(entry.first, name)) {
      return &entry.second;
    }
  }
  return nullptr;
}

std::vector<std::string_view> Headers::GetAll(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Entry& entry : entries_) {
    if (EqualsIgnoreCase(entry.first, name)) {
      values.push_back(entry.second);
    }
  }
  return values;
}

std::string Headers::GetJoined(std::string_view name) const {
  std::string joined;
  bool first = true;
  for (const Entry& entry : entries_) {
    if (EqualsIgnoreCase(entry.first, name)) {
      joined += first ? "" : ", ";
      joined += entry.second;
      first = false;
    }
  }
  return joined;
}

bool Headers::HasToken(std::string_view name, std::string_view token) const {
  for (const Entry& entry : entries_) {
    if (!EqualsIgnoreCase(entry.first, name)) {
      continue;
    }
    std::string_view rest = entry.second;
    while (!rest.empty()) {
      const size_t comma = rest.find(',');
      if (EqualsIgnoreCase(base::Trim(rest.substr(0, comma)), token)) {
        return true;
      }
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return false;
}

std::string_view HttpVersionName(HttpVersion version) {
  switch (version) {
    case HttpVersion::kHttp10:
      return "HTTP/1.0";
    case HttpVersion::kHttp11:
      return "HTTP/1.1";
    case HttpVersion::kHttp2:
      return "HTTP/2.0";
  }
  return "";
}

std::string HttpRequest::MediaType() const {
  const std::string_view value = headers.Get("Content-Type");
  std::string type(base::Trim(value.substr(0, value.find(';'))));
  std::transform(type.begin(), type.end(), type.begin(), LowerAscii);
  return type;
}

base::Result<UrlParams> HttpRequest::FormParams() const {
  SB_RETURN_IF_ERROR(query_error);
  const bool has_form = method == "POST" || method == "PUT" || method == "PATCH";
  if (!has_form || body.empty() || MediaType() != "application/x-www-form-urlencoded") {
    return query;
  }
  SB_ASSIGN_OR_RETURN(UrlParams params, UrlParams::Parse(body));
  params.Append(query);
  return params;
}

HttpResponse::HttpResponse(int code, std::string body_bytes, std::string_view content_type)
    : status(code), body(std::move(body_bytes)) {
  headers.Add("Content-Type", std::string(content_type));
}

HttpResponse PlainTextResponse(int status, std::string_view text) {
  std::string body(text);
  body.push_back('\n');
  HttpResponse response(status, std::move(body), "text/plain; charset=utf-8");
  response.headers.Add("X-Content-Type-Options", "nosniff");
  return response;
}

namespace {

struct StatusPhrase {
  int code;
  std::string_view phrase;
};
constexpr StatusPhrase kPhrases[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {207, "Multi-Status"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Request Entity Too Large"},
    {414, "Request URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Requested Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {418, "I'm a teapot"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Entity"},
    {423, "Locked"},
    {424, "Failed Dependency"},
    {425, "Too Early"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

}  // namespace

std::string_view ReasonPhrase(int status) {
  for (const StatusPhrase& entry : kPhrases) {
    if (entry.code == status) {
      return entry.phrase;
    }
  }
  return "Unknown";
}

}  // namespace sb::net
