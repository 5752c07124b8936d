// SPDX-License-Identifier: Apache-2.0
#include "api/tempo/request_parameters.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "api/http/parameters.h"
#include "query/traceql/attribute.h"
#include "query/traceql/unquote.h"
#include "query/traceql/value.h"

namespace sb::api::tempo {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

bool IsDigits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

template <typename T>
bool ParseNumber(std::string_view text, T* out) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), *out);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

// What a legacy tag is called in the language.
std::string AttributeOfTag(const std::string& tag) {
  if (tag == "name") {
    return tag;
  }
  if (tag == "root.name") {
    return "rootName";
  }
  if (tag == "root.service.name") {
    return "rootServiceName";
  }
  if (tag == "service.name") {
    return "resource.service.name";
  }
  return traceql::Attribute::Scoped(traceql::AttributeScope::kAny, tag).Text();
}

bool ContainsFold(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::search(text.begin(), text.end(), part.begin(), part.end(),
                     [&](char a, char b) { return lower(a) == lower(b); }) != text.end();
}

// `status` and `kind` have no texts to match: their names are matched here.
std::string KeywordCondition(const std::string& field, const std::string& value) {
  std::string condition;
  const bool is_status = field == "status";
  for (int64_t i = 0; i < (is_status ? 3 : 6); ++i) {
    const std::string name(is_status ? traceql::StatusName(i) : traceql::KindName(i));
    if (ContainsFold(name, value)) {
      condition += condition.empty() ? "" : " || ";
      condition += field + " = " + name;
    }
  }
  return "{ " + (condition.empty() ? "false" : condition) + " }";
}

std::string ConditionOfTag(const std::string& tag, const std::string& value) {
  if (tag == "status" || tag == "kind") {
    return KeywordCondition(tag, value);
  }
  if (tag == "status.code" && (value == "error" || value == "ok" || value == "unset")) {
    return KeywordCondition("status", value);
  }
  if (tag == "error" && value == "true") {
    return "{ status = error || .error = true || .error = \"true\" }";
  }
  const std::string name = AttributeOfTag(tag);
  const std::string pattern = "(?i).*" + re2::RE2::QuoteMeta(value) + ".*";
  // What is no UTF-8 is no pattern.
  re2::RE2::Options quiet;
  quiet.set_log_errors(false);
  std::string condition = re2::RE2(pattern, quiet).ok()
                              ? name + " =~ " + traceql::QuoteForQuery(pattern)
                              : name + " = " + traceql::QuoteForQuery(value);
  int64_t integer = 0;
  const bool may_be_typed = name.starts_with('.');
  if (may_be_typed && (value == "true" || value == "false" || ParseNumber(value, &integer))) {
    condition += " || " + name + " = " + value;
  }
  return "{ " + condition + " }";
}

}  // namespace

base::Result<int64_t> ParseTimeNs(std::string_view text) {
  int64_t integer = 0;
  if (IsDigits(text) && ParseNumber(text, &integer)) {
    if (text.size() > 10) {
      return integer;
    }
    return integer * kSecondNs;
  }
  double seconds = 0;
  if (ParseNumber(text, &seconds) && std::fabs(seconds) < 9e9) {
    return static_cast<int64_t>(std::llround(seconds * 1e9));
  }
  const base::Result<int64_t> ms = ParseTime(text);
  if (!ms.ok() || *ms > INT64_MAX / 1'000'000 || *ms < INT64_MIN / 1'000'000) {
    return base::InvalidArgument("not a time: " + std::string(text));
  }
  return *ms * 1'000'000;
}

base::Result<std::optional<int64_t>> TimeNs(const net::UrlParams& params, std::string_view name) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return std::optional<int64_t>();
  }
  const base::Result<int64_t> time = ParseTimeNs(text);
  if (!time.ok()) {
    return time.status().WithPrefix("invalid " + std::string(name));
  }
  return std::optional<int64_t>(*time);
}

base::Result<std::optional<int64_t>> DurationNs(const net::UrlParams& params,
                                                std::string_view name) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return std::optional<int64_t>();
  }
  double seconds = 0;
  if (ParseNumber(text, &seconds) && seconds >= 0 && seconds < 9e9) {
    return std::optional<int64_t>(std::llround(seconds * 1e9));
  }
  const auto ns = traceql::ParseDurationNs(text);
  if (!ns.has_value()) {
    return base::InvalidArgument("invalid " + std::string(name) +
                                 ": not a duration: " + std::string(text));
  }
  return ns;
}

base::Result<std::optional<uint64_t>> Count(const net::UrlParams& params, std::string_view name) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return std::optional<uint64_t>();
  }
  uint64_t count = 0;
  if (!ParseNumber(text, &count)) {
    return base::InvalidArgument("invalid " + std::string(name) +
                                 ": not a whole number: " + std::string(text));
  }
  return std::optional<uint64_t>(count);
}

base::Result<store::EventRange> Range(const net::UrlParams& params) {
  SB_ASSIGN_OR_RETURN(const auto start, TimeNs(params, "start"));
  SB_ASSIGN_OR_RETURN(const auto end, TimeNs(params, "end"));
  store::EventRange range;
  // 0 means "not given", as in the reference.
  if (start.value_or(0) != 0) {
    range.start_ns = *start;
  }
  if (end.value_or(0) != 0) {
    range.end_ns = *end + 1;
  }
  if (range.end_ns <= range.start_ns + 1 && start.value_or(0) != 0) {
    return base::InvalidArgument("http parameter start must be before end. received start=" +
                                 std::string(params.Get("start")) +
                                 " end=" + std::string(params.Get("end")));
  }
  return range;
}

base::Result<std::vector<std::pair<std::string, std::string>>> ParseLogfmt(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  size_t at = 0;
  while ((at = text.find_first_not_of(" \t\n", at)) != std::string_view::npos) {
    const size_t equals = text.find('=', at);
    if (equals == std::string_view::npos || equals == at) {
      return base::InvalidArgument("invalid tags: expected name=value: " +
                                   std::string(text.substr(at)));
    }
    std::string name(text.substr(at, equals - at));
    at = equals + 1;
    std::string value;
    if (at < text.size() && text[at] == '"') {
      size_t end = at + 1;
      while (end < text.size() && text[end] != '"') {
        end += text[end] == '\\' ? 2 : 1;
      }
      if (end >= text.size() || !traceql::Unquote(text.substr(at + 1, end - at - 1), &value)) {
        return base::InvalidArgument("invalid tags: string is not ended: " +
                                     std::string(text.substr(at)));
      }
      at = end + 1;
    } else {
      const size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
      value = std::string(text.substr(at, end - at));
      at = end;
    }
    out.emplace_back(std::move(name), std::move(value));
  }
  return out;
}

std::string QueryOfTags(const std::vector<std::pair<std::string, std::string>>& tags,
                        std::optional<int64_t> min_duration_ns,
                        std::optional<int64_t> max_duration_ns) {
  std::string query;
  const auto add = [&query](const std::string& spanset) {
    query += query.empty() ? spanset : " && " + spanset;
  };
  for (const auto& [tag, value] : tags) {
    add(ConditionOfTag(tag, value));
  }
  if (min_duration_ns.has_value()) {
    add("{ traceDuration >= " + std::to_string(*min_duration_ns) + "ns }");
  }
  if (max_duration_ns.has_value()) {
    add("{ traceDuration <= " + std::to_string(*max_duration_ns) + "ns }");
  }
  return query.empty() ? "{}" : query;
}

}  // namespace sb::api::tempo
