// SPDX-License-Identifier: Apache-2.0
//
// What is answered from the list of streams alone: labels, values, series, index statistics.
#include <algorithm>
#include <map>
#include <set>

#include "api/http/json_writer.h"
#include "api/loki/endpoints.h"
#include "api/loki/loki_json.h"
#include "config/byte_size.h"

namespace sb::api::loki {
namespace {

constexpr uint64_t kShardsMax = 1 << 10;

using Selectors = std::vector<std::vector<model::Matcher>>;

base::Result<Selectors> ReadSelectors(const net::UrlParams& params,
                                      std::initializer_list<const char*> names) {
  Selectors selectors;
  for (const char* name : names) {
    for (const std::string_view text : params.GetAll(name)) {
      if (text.empty()) {
        continue;
      }
      SB_ASSIGN_OR_RETURN(std::vector<model::Matcher> matchers, logql::ParseSelector(text));
      selectors.push_back(std::move(matchers));
    }
  }
  return selectors;
}

// The selector of a query, whose stages do not matter here.
base::Result<Selectors> ReadQuerySelector(const net::UrlParams& params) {
  Selectors selectors;
  const std::string_view text = params.Get("query");
  if (!text.empty()) {
    SB_ASSIGN_OR_RETURN(auto log, logql::ParseLogQuery(text, {.allow_all_streams = true}));
    selectors.push_back(std::move(log->matchers));
  }
  return selectors;
}

template <typename Visit>
void EachLabel(const store::EventStream& stream, const Visit& visit) {
  for (const store::EventAttribute& attribute : stream.attributes()) {
    if (attribute.value.type == store::ValueType::kText && !attribute.value.bytes.empty()) {
      visit(attribute.name, attribute.value.bytes);
    }
  }
}

std::string ListJson(const std::vector<std::string>& items) {
  JsonWriter json;
  json.BeginArray();
  for (const std::string& item : items) {
    json.String(item);
  }
  json.EndArray();
  return std::move(json).Take();
}

base::Result<std::string> SeriesJson(const LokiContext& api, const query::QueryContext& context,
                                     const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const Selectors selectors, ReadSelectors(params, {"match[]", "match"}));
  SB_ASSIGN_OR_RETURN(const auto streams, FindStreams(api, context, bounds, selectors));
  JsonWriter json;
  json.BeginArray();
  for (const store::StreamInfo& info : streams) {
    json.BeginObject();
    EachLabel(info.stream, [&json](std::string_view name, std::string_view value) {
      json.Key(name).String(value);
    });
    json.EndObject();
  }
  json.EndArray();
  return std::move(json).Take();
}

base::Result<std::string> IndexStatsJson(const LokiContext& api, const query::QueryContext& context,
                                         const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const Selectors selectors, ReadQuerySelector(params));
  SB_ASSIGN_OR_RETURN(const auto streams, FindStreams(api, context, bounds, selectors));
  uint64_t entries = 0;
  uint64_t bytes = 0;
  for (const store::StreamInfo& info : streams) {
    entries += info.rows;
    bytes += info.bytes;
  }
  JsonWriter json;
  json.BeginObject().Key("streams").Uint(streams.size()).Key("chunks").Uint(streams.size());
  json.Key("entries").Uint(entries).Key("bytes").Uint(bytes).EndObject();
  return std::move(json).Take();
}

// As many equal ranges of fingerprints as make pieces of the wanted size, in powers of two, as Loki
// divides what it has no exact sizes for.
base::Result<std::string> IndexShardsJson(const LokiContext& api,
                                          const query::QueryContext& context,
                                          const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const Selectors selectors, ReadQuerySelector(params));
  const auto target = config::ParseByteSize(params.Get("targetBytesPerShard"));
  if (!target.ok() || target->bytes <= 0) {
    return base::InvalidArgument("targetBytesPerShard must be a positive value");
  }
  SB_ASSIGN_OR_RETURN(const auto streams, FindStreams(api, context, bounds, selectors));
  uint64_t bytes = 0;
  for (const store::StreamInfo& info : streams) {
    bytes += info.bytes;
  }
  uint64_t count = 1;
  while (count < kShardsMax && bytes / count > static_cast<uint64_t>(target->bytes)) {
    count *= 2;
  }
  JsonWriter json;
  json.BeginObject().Key("shards").BeginArray();
  for (uint64_t i = 0; i < count; ++i) {
    const bool is_last = i + 1 == count;
    const uint64_t width = UINT64_MAX / count;
    json.BeginObject().Key("bounds").BeginObject().Key("min").Uint(i * width);
    json.Key("max").Uint(is_last ? UINT64_MAX : (i + 1) * width).EndObject();
    json.Key("stats").BeginObject().Key("streams").Uint(0).Key("chunks").Uint(0);
    json.Key("bytes").Uint(bytes / count + (is_last ? bytes % count : 0));
    json.Key("entries").Uint(0).EndObject().EndObject();
  }
  json.EndArray().Key("statistics");
  WriteStats({}, {}, &json);
  json.Key("chunkGroups").Null().EndObject();
  return std::move(json).Take();
}

base::Result<std::string> DetectedLabelsJson(const LokiContext& api,
                                             const query::QueryContext& context,
                                             const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const Selectors selectors, ReadQuerySelector(params));
  SB_ASSIGN_OR_RETURN(const auto streams, FindStreams(api, context, bounds, selectors));
  std::map<std::string, std::set<std::string>> values;
  for (const store::StreamInfo& info : streams) {
    EachLabel(info.stream, [&values](std::string_view name, std::string_view value) {
      values[std::string(name)].emplace(value);
    });
  }
  JsonWriter json;
  json.BeginObject().Key("detectedLabels").BeginArray();
  for (const auto& [name, distinct] : values) {
    json.BeginObject().Key("label").String(name);
    json.Key("cardinality").Uint(distinct.size()).EndObject();
  }
  json.EndArray().EndObject();
  return std::move(json).Take();
}

}  // namespace

base::Result<std::vector<store::StreamInfo>> FindStreams(
    const LokiContext& api, const query::QueryContext& context, const Bounds& bounds,
    const std::vector<std::vector<model::Matcher>>& selectors) {
  const store::EventRange range{bounds.start_ns, bounds.end_ns};
  std::vector<store::StreamInfo> found;
  std::set<std::string, std::less<>> seen;
  const std::vector<std::vector<model::Matcher>> all(1);
  for (const auto& matchers : selectors.empty() ? all : selectors) {
    SB_ASSIGN_OR_RETURN(std::vector<store::StreamInfo> streams,
                        api.with.reader.Streams(context, range, matchers));
    for (store::StreamInfo& info : streams) {
      if (seen.emplace(info.stream.encoded()).second) {
        found.push_back(std::move(info));
      }
    }
  }
  return found;
}

base::Result<std::vector<std::string>> LabelNames(const LokiContext& api,
                                                  const query::QueryContext& context,
                                                  const net::UrlParams& params) {
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const Selectors selectors, ReadQuerySelector(params));
  SB_ASSIGN_OR_RETURN(const auto streams, FindStreams(api, context, bounds, selectors));
  std::set<std::string> names;
  for (const store::StreamInfo& info : streams) {
    EachLabel(info.stream,
              [&names](std::string_view name, std::string_view) { names.emplace(name); });
  }
  return std::vector<std::string>(names.begin(), names.end());
}

base::Result<std::vector<std::string>> LabelValues(const LokiContext& api,
                                                   const query::QueryContext& context,
                                                   const net::UrlParams& params,
                                                   const std::string& name) {
  SB_ASSIGN_OR_RETURN(const Bounds bounds, ReadBounds(params, NowNs(api)));
  SB_ASSIGN_OR_RETURN(const Selectors selectors, ReadQuerySelector(params));
  SB_ASSIGN_OR_RETURN(const auto streams, FindStreams(api, context, bounds, selectors));
  std::set<std::string> values;
  for (const store::StreamInfo& info : streams) {
    if (const std::string_view value = info.stream.Label(name); !value.empty()) {
      values.emplace(value);
    }
  }
  return std::vector<std::string>(values.begin(), values.end());
}

void HandleLabels(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto params = request.FormParams();
  const auto names = params.ok() ? LabelNames(api, *context, *params)
                                 : base::Result<std::vector<std::string>>(params.status());
  names.ok() ? SendData(writer, ListJson(*names)) : SendFailure(writer, names.status());
}

void HandleLabelValues(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const std::string name(request.path_params.Get("name"));
  const auto params = request.FormParams();
  const auto values = params.ok() ? LabelValues(api, *context, *params, name)
                                  : base::Result<std::vector<std::string>>(params.status());
  values.ok() ? SendData(writer, ListJson(*values)) : SendFailure(writer, values.status());
}

void HandleSeries(const LokiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto json = SeriesJson(api, *context, request);
  json.ok() ? SendData(writer, *json) : SendFailure(writer, json.status());
}

void HandleIndexStats(const LokiContext& api, const net::HttpRequest& request,
                      net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto json = IndexStatsJson(api, *context, request);
  json.ok() ? SendJson(writer, *json) : SendFailure(writer, json.status());
}

void HandleIndexShards(const LokiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto json = IndexShardsJson(api, *context, request);
  json.ok() ? SendJson(writer, *json) : SendFailure(writer, json.status());
}

void HandleDetectedLabels(const LokiContext& api, const net::HttpRequest& request,
                          net::ResponseWriter& writer) {
  const auto context = StartQuery(api, writer);
  const auto json = DetectedLabelsJson(api, *context, request);
  json.ok() ? SendJson(writer, *json) : SendFailure(writer, json.status());
}

}  // namespace sb::api::loki
