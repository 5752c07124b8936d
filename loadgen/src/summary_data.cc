// SPDX-License-Identifier: Apache-2.0
#include "summary_data.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace sb::load {
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

std::string Md5(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(text.data(), text.size(), digest, &size, EVP_md5(), nullptr);
  std::string out;
  for (unsigned int i = 0; i < size; i++) out += fmt::format("{:02x}", digest[i]);
  return out;
}

void Number(Writer& out, double value) {
  // Whole numbers without a fraction, as JavaScript writes them.
  if (std::isfinite(value) && value == std::floor(value) && std::abs(value) < 1e15) {
    out.Int64(int64_t(value));
  } else {
    out.Double(std::isfinite(value) ? value : 0);
  }
}

void Member(Writer& out, const std::string& name, double value) {
  out.Key(name.c_str());
  Number(out, value);
}

void WriteGroup(Writer& out, const Group& group) {
  out.StartObject();
  out.Key("name");
  out.String(group.name);
  out.Key("path");
  out.String(group.path);
  out.Key("id");
  out.String(Md5(group.path));
  out.Key("groups");
  out.StartArray();
  for (const auto& inner : group.groups) WriteGroup(out, *inner);
  out.EndArray();
  out.Key("checks");
  out.StartArray();
  for (const auto& check : group.checks) {
    const std::string path = group.path + "::" + check->name;
    out.StartObject();
    out.Key("name");
    out.String(check->name);
    out.Key("path");
    out.String(path);
    out.Key("id");
    out.String(Md5(path));
    Member(out, "passes", double(check->passes));
    Member(out, "fails", double(check->fails));
    out.EndObject();
  }
  out.EndArray();
  out.EndObject();
}

void WriteValues(Writer& out, const TestState& test, Sink& sink, double seconds) {
  out.StartObject();
  switch (sink.type()) {
    case MetricType::kCounter:
      Member(out, "count", sink.sum());
      Member(out, "rate", seconds > 0 ? sink.sum() / seconds : 0);
      break;
    case MetricType::kGauge:
      Member(out, "value", sink.last());
      Member(out, "min", sink.min());
      Member(out, "max", sink.max());
      break;
    case MetricType::kRate:
      Member(out, "rate", sink.rate());
      Member(out, "passes", double(sink.passes()));
      Member(out, "fails", double(sink.count() - sink.passes()));
      break;
    case MetricType::kTrend:
      for (const std::string& name : test.options.summary_trend_stats) {
        const auto value = TrendAggregate(name, sink);
        if (value.ok()) Member(out, name, *value);
      }
      break;
  }
  out.EndObject();
}

const ThresholdSet* ThresholdsOf(const Runner& runner, uint32_t slot) {
  for (const ThresholdSet& set : runner.thresholds()) {
    if (set.slot == slot) return &set;
  }
  return nullptr;
}

void WriteMetric(Writer& out, const TestState& test, const Metric& metric, Sink& sink,
                 const ThresholdSet* thresholds, const SummaryView& view, double seconds) {
  out.StartObject();
  out.Key("type");
  out.String(std::string(MetricTypeName(metric.type)));
  out.Key("contains");
  out.String(std::string(ContainsName(metric.contains)));
  out.Key("values");
  WriteValues(out, test, sink, seconds);
  if (thresholds != nullptr) {
    out.Key("thresholds");
    out.StartObject();
    for (const Threshold& threshold : thresholds->thresholds) {
      out.Key(threshold.source.c_str());
      out.StartObject();
      out.Key("ok");
      out.Bool(!threshold.failed);
      if (view.with_values) Member(out, "value", threshold.value);
      out.EndObject();
    }
    out.EndObject();
  }
  out.EndObject();
}

}  // namespace

std::string SummaryJson(TestState& test, Runner& runner, const SummaryView& view) {
  rapidjson::StringBuffer buffer;
  Writer out(buffer);
  const double seconds = runner.seconds();
  out.StartObject();
  out.Key("root_group");
  WriteGroup(out, test.checks.root());
  out.Key("options");
  out.StartObject();
  out.Key("summaryTrendStats");
  out.StartArray();
  for (const std::string& name : test.options.summary_trend_stats) out.String(name);
  out.EndArray();
  out.Key("summaryTimeUnit");
  out.String(test.options.summary_time_unit);
  out.Key("noColor");
  out.Bool(!view.stdout_is_terminal);
  out.EndObject();
  out.Key("state");
  out.StartObject();
  out.Key("isStdOutTTY");
  out.Bool(view.stdout_is_terminal);
  out.Key("isStdErrTTY");
  out.Bool(view.stderr_is_terminal);
  out.Key("testRunDurationMs");
  out.Double(seconds * 1000);
  out.EndObject();
  if (!view.setup_json.empty()) {
    out.Key("setup_data");
    out.RawValue(view.setup_json.data(), view.setup_json.size(), rapidjson::kObjectType);
  }
  out.Key("metrics");
  out.StartObject();
  std::vector<Sink> sinks = runner.MergedSinks();
  for (uint32_t i = 0; i < sinks.size(); i++) {
    const ThresholdSet* thresholds = ThresholdsOf(runner, i);
    if (sinks[i].count() == 0 && thresholds == nullptr) continue;
    out.Key(test.registry.slot(i).name.c_str());
    WriteMetric(out, test, test.registry.metric(test.registry.slot(i).metric), sinks[i],
                thresholds, view, seconds);
  }
  out.EndObject();
  out.EndObject();
  return buffer.GetString();
}

std::string SlowestText(const Runner& runner) {
  std::string text;
  for (const SlowRequest& slow : runner.Slowest()) {
    text += fmt::format("    {:>10.2f}ms  trace {}  {}\n", slow.ms, slow.trace_id, slow.name);
    if (std::count(text.begin(), text.end(), '\n') == 3) break;
  }
  return text.empty() ? "" : "    SLOWEST REQUESTS\n" + text + "\n";
}

}  // namespace sb::load
