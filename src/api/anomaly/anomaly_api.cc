// SPDX-License-Identifier: Apache-2.0
#include "api/anomaly/anomaly_api.h"

#include <charconv>

#include "alert/anomaly/band_query.h"
#include "api/http/json_writer.h"
#include "api/http/parameters.h"
#include "api/prometheus/envelope.h"
#include "api/prometheus/value_json.h"

namespace sb::api {
namespace {

constexpr int64_t kDayMs = 86'400'000;

// A number that is not below `min`; `fallback` when absent.
base::Result<double> NumberParameter(const net::UrlParams& params, std::string_view name,
                                     double fallback, double min) {
  const std::string_view text = params.Get(name);
  if (text.empty()) {
    return fallback;
  }
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || !(number >= min)) {
    return BadParameter(name, base::InvalidArgument("not such a number: " + std::string(text)));
  }
  return number;
}

base::Result<anomaly::BandRequest> ReadBands(const net::UrlParams& params, int64_t now_ms) {
  anomaly::BandRequest wanted;
  wanted.query = std::string(params.Get("query"));
  SB_ASSIGN_OR_RETURN(wanted.end_ms, TimeParameter(params, "end", now_ms));
  SB_ASSIGN_OR_RETURN(wanted.start_ms, TimeParameter(params, "start", wanted.end_ms - kDayMs));
  SB_ASSIGN_OR_RETURN(const auto step, DurationParameter(params, "step"));
  wanted.step_ms = step.value_or(300'000);
  const std::string_view season = params.Get("season");
  if (!season.empty() && season != "week" && season != "day" && season != "none") {
    return BadParameter("season",
                        base::InvalidArgument("not week, day or none: " + std::string(season)));
  }
  anomaly::SeasonalOptions& options = wanted.options;
  options.season = anomaly::SeasonOf(season);
  SB_ASSIGN_OR_RETURN(options.sensitivity, NumberParameter(params, "sensitivity", 3, 0.1));
  SB_ASSIGN_OR_RETURN(options.floor, NumberParameter(params, "floor", options.floor, 0));
  SB_ASSIGN_OR_RETURN(options.margin, NumberParameter(params, "margin", 0, 0));
  SB_ASSIGN_OR_RETURN(const auto history, DurationParameter(params, "history_min"));
  options.hours_min = history.value_or(3 * anomaly::kHourMs) / anomaly::kHourMs;
  return wanted;
}

void WriteBand(const std::optional<anomaly::Band>& band, double value, JsonWriter* json) {
  if (!band) {
    json->Key("band").Null();
    return;
  }
  json->Key("band").BeginObject().Key("lower").Double(band->lower).Key("mid").Double(band->mid);
  json->Key("upper").Double(band->upper);
  json->Key("outside").Bool(value < band->lower || value > band->upper).EndObject();
}

}  // namespace

void AnomalyApi::List(net::ResponseWriter& writer) const {
  JsonWriter json;
  json.BeginObject().Key("anomalies").BeginArray();
  for (const anomaly::AnomalyStatus& status : with_.anomalies.Statuses()) {
    json.BeginObject().Key("name").String(status.spec.name);
    json.Key("query").String(status.spec.query).Key("season").String(status.spec.season);
    json.Key("error").String(status.error).Key("refusedSeries").Uint(status.refused);
    json.Key("evaluatedAt");
    if (status.evaluated_ms == 0) {
      json.Null();
    } else {
      json.String(FormatRfc3339(status.evaluated_ms));
    }
    json.Key("series").BeginArray();
    for (const anomaly::AnomalySeries& series : status.series) {
      json.BeginObject().Key("labels");
      WriteLabels(series.labels, &json);
      json.Key("value").Double(series.value).Key("hours").Int(series.hours);
      WriteBand(series.band, series.value, &json);
      json.EndObject();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void AnomalyApi::Bands(const net::HttpRequest& request, net::ResponseWriter& writer) const {
  const auto wanted = ReadBands(request.query, with_.clock.NowMs().Value());
  if (!wanted.ok()) {
    return SendError(writer, wanted.status());
  }
  const auto bands = anomaly::QueryBands(with_.clock, with_.metrics, with_.engine, *wanted);
  if (!bands.ok()) {
    return SendQueryError(writer, bands.status());
  }
  JsonWriter json;
  json.BeginObject().Key("bands").BeginArray();
  for (const anomaly::BandSeries& series : *bands) {
    json.BeginObject().Key("metric");
    WriteLabels(series.labels, &json);
    json.Key("hours").Int(series.hours).Key("points").BeginArray();
    for (const auto& [time_ms, band] : series.points) {
      json.BeginArray().Double(static_cast<double>(time_ms) / 1000).Double(band.lower);
      json.Double(band.mid).Double(band.upper).EndArray();
    }
    json.EndArray().EndObject();
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

void AnomalyApi::AddRoutes(net::Router* router) const {
  net::RouteOptions slow;
  slow.pool = "query";
  router->Handle(
      "GET", "/api/signalbox/v1/anomalies",
      [this](const net::HttpRequest&, net::ResponseWriter& writer) { List(writer); }, slow);
  router->Handle(
      "GET", "/api/signalbox/v1/anomaly-bands",
      [this](const net::HttpRequest& request, net::ResponseWriter& writer) {
        Bands(request, writer);
      },
      slow);
}

}  // namespace sb::api
