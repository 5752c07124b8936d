// SPDX-License-Identifier: Apache-2.0
#include "exposition.h"

#include <charconv>
#include <cmath>
#include <map>

namespace signalbox {

namespace {

std::string Number(double value) {
  if (std::isnan(value)) {
    return "NaN";
  }
  if (std::isinf(value)) {
    return value > 0 ? "+Inf" : "-Inf";
  }
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return {buffer, end.ptr};
}

std::string Sanitized(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool is_digit = c >= '0' && c <= '9';
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit;
    if (out.empty() && is_digit) {
      out.push_back('_');
    }
    out.push_back(is_plain ? c : '_');
  }
  return out;
}

// Annotations such as {request} are no units.
std::string UnitSuffix(const std::string& unit) {
  static const std::map<std::string, std::string> words = {
      {"s", "seconds"}, {"ms", "milliseconds"}, {"us", "microseconds"},
      {"By", "bytes"},  {"1", "ratio"},         {"%", "percent"},
      {"d", "days"},    {"h", "hours"},         {"min", "minutes"}};
  if (unit.empty() || unit.front() == '{') {
    return "";
  }
  const auto word = words.find(unit);
  return word == words.end() ? Sanitized(unit) : word->second;
}

std::string FullName(const MetricData& metric) {
  std::string name = Sanitized(metric.name);
  const std::string unit = UnitSuffix(metric.unit);
  const bool is_ratio_of_counter = unit == "ratio" && metric.kind != MetricData::Kind::kGauge;
  if (!unit.empty() && !is_ratio_of_counter && !name.ends_with("_" + unit)) {
    name += "_" + unit;
  }
  if (metric.kind == MetricData::Kind::kSum && !name.ends_with("_total")) {
    name += "_total";
  }
  return name;
}

void AppendEscaped(std::string_view text, std::string* out) {
  for (const char c : text) {
    if (c == '\n') {
      out->append("\\n");
    } else {
      if (c == '\\' || c == '"') {
        out->push_back('\\');
      }
      out->push_back(c);
    }
  }
}

void AppendSample(const std::string& name, const Attributes& attributes, std::string_view le,
                  const std::string& value, std::string* out) {
  out->append(name);
  std::string labels;
  for (const Attribute& attribute : attributes) {
    labels.append(labels.empty() ? "" : ",").append(Sanitized(attribute.key)).append("=\"");
    AppendEscaped(AttributeText(attribute.value), &labels);
    labels.push_back('"');
  }
  if (!le.empty()) {
    labels.append(labels.empty() ? "" : ",").append("le=\"").append(le).append("\"");
  }
  if (!labels.empty()) {
    out->append("{").append(labels).append("}");
  }
  out->append(" ").append(value).append("\n");
}

void AppendHistogram(const std::string& name, const MetricData& metric, const MetricPoint& point,
                     std::string* out) {
  uint64_t total = 0;
  for (size_t i = 0; i < point.histogram.buckets.size(); ++i) {
    total += point.histogram.buckets[i];
    const std::string bound = i < metric.bounds.size() ? Number(metric.bounds[i]) : "+Inf";
    AppendSample(name + "_bucket", point.attributes, bound, std::to_string(total), out);
  }
  AppendSample(name + "_sum", point.attributes, "", Number(point.histogram.sum), out);
  AppendSample(name + "_count", point.attributes, "", std::to_string(point.histogram.count), out);
}

std::string_view TypeOf(MetricData::Kind kind) {
  switch (kind) {
    case MetricData::Kind::kSum:
      return "counter";
    case MetricData::Kind::kHistogram:
      return "histogram";
    case MetricData::Kind::kExponentialHistogram:
      return "summary";
    case MetricData::Kind::kUpDownSum:
    case MetricData::Kind::kGauge:
      break;
  }
  return "gauge";
}

}  // namespace

std::string PrometheusTextOf(const std::vector<MetricData>& metrics, const Attributes& resource) {
  std::string out = "# HELP target_info Target metadata\n# TYPE target_info gauge\n";
  AppendSample("target_info", resource, "", "1", &out);
  for (const MetricData& metric : metrics) {
    const std::string name = FullName(metric);
    if (!metric.description.empty()) {
      std::string help;
      AppendEscaped(metric.description, &help);
      out.append("# HELP ").append(name).append(" ").append(help).append("\n");
    }
    out.append("# TYPE ").append(name).append(" ").append(TypeOf(metric.kind)).append("\n");
    for (const MetricPoint& point : metric.points) {
      const bool is_histogram = metric.kind == MetricData::Kind::kHistogram ||
                                metric.kind == MetricData::Kind::kExponentialHistogram;
      if (is_histogram) {
        AppendHistogram(name, metric, point, &out);
      } else {
        AppendSample(name, point.attributes, "",
                     point.is_integer ? std::to_string(point.integer) : Number(point.number), &out);
      }
    }
  }
  return out;
}

}  // namespace signalbox
