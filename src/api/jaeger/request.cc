// SPDX-License-Identifier: Apache-2.0
#include "api/jaeger/request.h"

#include <algorithm>
#include <charconv>

#include "api/http/parameters.h"
#include "config/json_reader.h"
#include "query/traceql/value.h"

namespace sb::api::jaeger {
namespace {

constexpr size_t kLimitMax = 10'000;

base::Result<std::optional<int64_t>> Integer(const net::UrlParams& params, std::string_view name) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return std::optional<int64_t>();
  }
  int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) {
    return base::InvalidArgument("unable to parse param '" + std::string(name) +
                                 "': " + std::string(text));
  }
  return std::optional<int64_t>(value);
}

base::Result<int64_t> GoDuration(std::string_view name, std::string_view text) {
  if (text.empty()) {
    return 0;
  }
  const auto ns = traceql::ParseDurationNs(text);
  if (!ns.has_value()) {
    return base::InvalidArgument("unable to parse param '" + std::string(name) +
                                 "': " + std::string(text));
  }
  return *ns;
}

// query.serviceName, or query.service_name.
std::string_view V3(const net::UrlParams& params, std::string_view camel, std::string_view snake) {
  const std::string name = "query." + std::string(camel);
  return params.Has(name) ? params.Get(name) : params.Get("query." + std::string(snake));
}

base::Result<int64_t> V3Time(const net::UrlParams& params, std::string_view camel,
                             std::string_view snake) {
  const std::string_view text = V3(params, camel, snake);
  if (text.empty()) {
    return base::InvalidArgument("query." + std::string(camel) + " is required");
  }
  const base::Result<int64_t> ms = ParseTime(text);
  if (!ms.ok() || *ms > INT64_MAX / 1'000'000 || *ms < INT64_MIN / 1'000'000) {
    return base::InvalidArgument("malformed parameter query." + std::string(camel) + ": " +
                                 std::string(text));
  }
  return *ms * 1'000'000;
}

}  // namespace

base::Result<Tags> ParseTagsJson(std::string_view json) {
  Tags tags;
  const base::Result<config::NodePtr> root = config::ParseJson(json, "tags");
  if (!root.ok() || !(*root)->IsMapping()) {
    return base::InvalidArgument("malformed 'tags' parameter, expected a JSON object of strings: " +
                                 std::string(json));
  }
  for (const config::Node::Entry& entry : (*root)->entries) {
    if (!entry.value->IsScalar()) {
      return base::InvalidArgument("malformed 'tags' parameter, not a string: " + entry.key->text);
    }
    tags.emplace_back(entry.key->text, entry.value->text);
  }
  return tags;
}

base::Result<TraceQuery> ReadQueryV1(const net::UrlParams& params) {
  TraceQuery out;
  out.service = std::string(params.Get("service"));
  out.operation = std::string(params.Get("operation"));
  SB_ASSIGN_OR_RETURN(const auto start, Integer(params, "start"));
  SB_ASSIGN_OR_RETURN(const auto end, Integer(params, "end"));
  if (start.has_value()) {
    out.start_ns = *start * 1000;
  }
  if (end.has_value()) {
    out.end_ns = *end * 1000 + 999;
  }
  SB_ASSIGN_OR_RETURN(const auto limit, Integer(params, "limit"));
  if (limit.value_or(1) <= 0) {
    return base::InvalidArgument("unable to parse param 'limit': " +
                                 std::string(params.Get("limit")));
  }
  out.limit = std::min(static_cast<size_t>(limit.value_or(100)), kLimitMax);
  SB_ASSIGN_OR_RETURN(out.duration_min_ns, GoDuration("minDuration", params.Get("minDuration")));
  SB_ASSIGN_OR_RETURN(out.duration_max_ns, GoDuration("maxDuration", params.Get("maxDuration")));
  if (out.duration_max_ns != 0 && out.duration_max_ns < out.duration_min_ns) {
    return base::InvalidArgument("'maxDuration' should be greater than 'minDuration'");
  }
  for (const std::string_view tag : params.GetAll("tag")) {
    const size_t colon = tag.find(':');
    if (colon == std::string_view::npos || colon == 0) {
      return base::InvalidArgument("malformed 'tag' parameter, expecting key:value, received: " +
                                   std::string(tag));
    }
    out.tags.emplace_back(tag.substr(0, colon), tag.substr(colon + 1));
  }
  for (const std::string_view json : params.GetAll("tags")) {
    SB_ASSIGN_OR_RETURN(Tags tags, ParseTagsJson(json));
    out.tags.insert(out.tags.end(), tags.begin(), tags.end());
  }
  return out;
}

base::Result<TraceQuery> ReadQueryV3(const net::UrlParams& params) {
  TraceQuery out;
  out.service = std::string(V3(params, "serviceName", "service_name"));
  out.operation = std::string(V3(params, "operationName", "operation_name"));
  SB_ASSIGN_OR_RETURN(out.start_ns, V3Time(params, "startTimeMin", "start_time_min"));
  SB_ASSIGN_OR_RETURN(out.end_ns, V3Time(params, "startTimeMax", "start_time_max"));
  out.end_ns += 999'999;  // the whole millisecond
  const std::string_view depth = params.Has("query.searchDepth") ? params.Get("query.searchDepth")
                                 : params.Has("query.search_depth")
                                     ? params.Get("query.search_depth")
                                     : V3(params, "numTraces", "num_traces");
  if (!depth.empty()) {
    uint64_t count = 0;
    const auto result = std::from_chars(depth.data(), depth.data() + depth.size(), count);
    if (result.ec != std::errc() || count == 0) {
      return base::InvalidArgument("malformed parameter query.searchDepth: " + std::string(depth));
    }
    out.limit = std::min<size_t>(count, kLimitMax);
  }
  SB_ASSIGN_OR_RETURN(out.duration_min_ns,
                      GoDuration("query.durationMin", V3(params, "durationMin", "duration_min")));
  SB_ASSIGN_OR_RETURN(out.duration_max_ns,
                      GoDuration("query.durationMax", V3(params, "durationMax", "duration_max")));
  if (const std::string_view json = params.Get("query.attributes"); !json.empty()) {
    SB_ASSIGN_OR_RETURN(out.tags, ParseTagsJson(json));
  }
  if (params.Has("query.filter")) {
    return base::Unimplemented("query.filter is not supported; use query.attributes");
  }
  return out;
}

}  // namespace sb::api::jaeger
