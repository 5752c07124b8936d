// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/endpoints.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/value_json.h"
#include "model/label_name.h"
#include "wire/prometheus/name_rules.h"

namespace sb::api {

namespace {

// What /series, /labels and /label/x/values have in common.
struct SeriesRequest {
  std::vector<std::vector<model::Matcher>> selectors;
  base::TimeRange range;
  size_t limit = 0;  // 0: all
};

base::Result<SeriesRequest> ReadRequest(const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(const net::UrlParams params, request.FormParams());
  SeriesRequest out;
  SB_ASSIGN_OR_RETURN(const int64_t start, TimeParameter(params, "start", kTimeMinMs));
  SB_ASSIGN_OR_RETURN(const int64_t end, TimeParameter(params, "end", kTimeMaxMs));
  if (end < start) {
    return base::InvalidArgument(
        "invalid parameter \"end\": end timestamp must not be before start time");
  }
  out.range = {base::TimestampMs(start), base::TimestampMs(end + 1)};
  SB_ASSIGN_OR_RETURN(const auto limit,
                      CountParameter(params, "limit", std::numeric_limits<uint32_t>::max()));
  out.limit = limit.value_or(0);
  SB_ASSIGN_OR_RETURN(out.selectors, ParseSelectors(params));
  return out;
}

// The union of what `read` answers for each selector, or for no selector at all.
template <typename Read>
base::Result<std::vector<std::string>> UnionOf(const SeriesRequest& request, Read read) {
  if (request.selectors.size() <= 1) {
    return read(request.selectors.empty() ? std::vector<model::Matcher>() : request.selectors[0]);
  }
  std::set<std::string> all;
  for (const std::vector<model::Matcher>& selector : request.selectors) {
    SB_ASSIGN_OR_RETURN(std::vector<std::string> some, read(selector));
    all.insert(std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
  }
  return std::vector<std::string>(all.begin(), all.end());
}

void SendStrings(std::vector<std::string> strings, size_t limit, Notes notes,
                 net::ResponseWriter& writer) {
  if (limit > 0 && strings.size() > limit) {
    strings.resize(limit);
    notes.warnings.emplace_back(kTruncatedWarning);
  }
  JsonWriter json;
  json.BeginArray();
  for (const std::string& text : strings) {
    json.String(text);
  }
  json.EndArray();
  SendSuccess(writer, std::move(json).Take(), notes);
}

// /labels and /label/x/values: the strings that `read(querier, context, matchers)` gives for each
// selector, together.
template <typename Read>
void AnswerStrings(const ApiContext& api, const net::HttpRequest& request,
                   net::ResponseWriter& writer, Read read) {
  const base::Result<SeriesRequest> wanted = ReadRequest(request);
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  const auto context = StartQuery(api, 0, writer);
  const auto querier = api.with.store.NewQuerier(wanted->range);
  if (!querier.ok()) {
    return SendError(writer, querier.status());
  }
  auto strings = UnionOf(*wanted, [&](const std::vector<model::Matcher>& matchers) {
    return read(**querier, *context, matchers);
  });
  if (!strings.ok()) {
    return SendQueryError(writer, strings.status());
  }
  SendStrings(std::move(strings).value(), wanted->limit, {(*querier)->Warnings(), {}}, writer);
}

base::Result<std::vector<model::LabelSet>> SelectLabelSets(const SeriesRequest& request,
                                                           store::Querier& querier,
                                                           const store::ReadContext& context) {
  store::SelectHints hints;
  hints.range = request.range;
  hints.skip_samples = true;
  hints.limit = request.limit > 0 ? request.limit + 1 : 0;
  std::vector<model::LabelSet> sets;
  for (const std::vector<model::Matcher>& selector : request.selectors) {
    SB_ASSIGN_OR_RETURN(const auto series, querier.Select(context, hints, selector));
    for (const std::unique_ptr<store::Series>& one : series) {
      sets.push_back(one->labels());
    }
  }
  if (request.selectors.size() > 1) {
    std::sort(sets.begin(), sets.end());
    sets.erase(std::unique(sets.begin(), sets.end()), sets.end());
  }
  return sets;
}

}  // namespace

void HandleSeries(const ApiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer) {
  base::Result<SeriesRequest> wanted = ReadRequest(request);
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  if (wanted->selectors.empty()) {
    return SendError(writer, ErrorType::kBadData, "no match[] parameter provided");
  }
  const auto context = StartQuery(api, 0, writer);
  auto querier = api.with.store.NewQuerier(wanted->range);
  if (!querier.ok()) {
    return SendError(writer, querier.status());
  }
  auto sets = SelectLabelSets(*wanted, **querier, *context);
  if (!sets.ok()) {
    return SendQueryError(writer, sets.status());
  }
  Notes notes{(*querier)->Warnings(), {}};
  if (wanted->limit > 0 && sets->size() > wanted->limit) {
    sets->resize(wanted->limit);
    notes.warnings.emplace_back(kTruncatedWarning);
  }
  JsonWriter json;
  json.BeginArray();
  for (const model::LabelSet& labels : *sets) {
    WriteLabels(labels, &json);
  }
  json.EndArray();
  SendSuccess(writer, std::move(json).Take(), notes);
}

void HandleLabels(const ApiContext& api, const net::HttpRequest& request,
                  net::ResponseWriter& writer) {
  AnswerStrings(api, request, writer,
                [](store::Querier& querier, const store::ReadContext& context,
                   const std::vector<model::Matcher>& matchers) {
                  return querier.LabelNames(context, matchers);
                });
}

void HandleLabelValues(const ApiContext& api, const net::HttpRequest& request,
                       net::ResponseWriter& writer) {
  std::string name(request.path_params.Get("name"));
  if (name.starts_with("U__")) {
    name = wire::UnescapeName(name, wire::EscapingScheme::kValues);
  }
  if (name.empty() || !model::IsValidUtf8(name)) {
    return SendError(writer, ErrorType::kBadData,
                     fmt::format("invalid label name: {}", model::QuoteString(name)));
  }
  AnswerStrings(api, request, writer,
                [&name](store::Querier& querier, const store::ReadContext& context,
                        const std::vector<model::Matcher>& matchers) {
                  return querier.LabelValues(context, name, matchers);
                });
}

void HandleMetadata(const ApiContext& api, const net::HttpRequest& request,
                    net::ResponseWriter& writer) {
  constexpr uint64_t kMax = std::numeric_limits<uint32_t>::max();
  const auto limit = CountParameter(request.query, "limit", kMax);
  const auto per_metric = CountParameter(request.query, "limit_per_metric", kMax);
  if (!limit.ok() || !per_metric.ok()) {
    return SendError(writer, limit.ok() ? per_metric.status() : limit.status());
  }
  const std::string_view metric = request.query.Get("metric");
  const uint64_t per_metric_max = per_metric->value_or(0) == 0 ? kMax : per_metric->value();
  JsonWriter json;
  json.BeginObject();
  uint64_t names = 0;
  for (const store::NamedMetadata& named : api.with.status.Metadata()) {
    if (!metric.empty() && named.metric != metric) {
      continue;
    }
    if (limit->has_value() && names++ >= limit->value()) {
      break;
    }
    json.Key(named.metric).BeginArray();
    for (size_t i = 0; i < named.metadata.size() && i < per_metric_max; ++i) {
      const model::MetricMetadata& one = named.metadata[i];
      json.BeginObject().Key("type").String(model::MetricTypeName(one.type));
      json.Key("help").String(one.help).Key("unit").String(one.unit).EndObject();
    }
    json.EndArray();
  }
  json.EndObject();
  SendSuccess(writer, std::move(json).Take());
}

}  // namespace sb::api
