// SPDX-License-Identifier: Apache-2.0
#include "threshold.h"

#include <charconv>
#include <optional>

namespace sb::load {
namespace {

std::string WithoutSpaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\t') out += c;
  }
  return out;
}

std::optional<double> Number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

std::optional<double> PercentileOf(std::string_view aggregate) {
  if (aggregate == "med") return 50;
  if (!aggregate.starts_with("p(") || !aggregate.ends_with(")")) return {};
  const auto p = Number(aggregate.substr(2, aggregate.size() - 3));
  if (!p || *p < 0 || *p > 100) return {};
  return p;
}

bool Fits(std::string_view aggregate, MetricType type) {
  switch (type) {
    case MetricType::kCounter: return aggregate == "count" || aggregate == "rate";
    case MetricType::kGauge: return aggregate == "value";
    case MetricType::kRate: return aggregate == "rate";
    case MetricType::kTrend:
      return aggregate == "avg" || aggregate == "min" || aggregate == "max" ||
             aggregate == "count" || PercentileOf(aggregate).has_value();
  }
  return false;
}

bool Holds(double value, Threshold::Op op, double limit) {
  switch (op) {
    case Threshold::Op::kLess: return value < limit;
    case Threshold::Op::kLessEqual: return value <= limit;
    case Threshold::Op::kGreater: return value > limit;
    case Threshold::Op::kGreaterEqual: return value >= limit;
    case Threshold::Op::kEqual: return value == limit;
    case Threshold::Op::kNotEqual: return value != limit;
  }
  return false;
}

}  // namespace

base::Result<Threshold> ParseThreshold(std::string_view text, MetricType type) {
  const std::string packed = WithoutSpaces(text);
  const size_t at = packed.find_first_of("<>=!");
  if (at == std::string::npos || at == 0) {
    return base::InvalidArgument("a threshold reads like p(95)<500: '" + std::string(text) + "'");
  }
  const size_t end = packed.find_first_not_of("<>=!", at);
  const std::string op = packed.substr(at, end == std::string::npos ? end : end - at);
  const std::string_view limit =
      end == std::string::npos ? std::string_view() : std::string_view(packed).substr(end);
  Threshold out;
  out.source = text;
  out.aggregate = packed.substr(0, at);
  using enum Threshold::Op;
  if (op == "<") out.op = kLess;
  else if (op == "<=") out.op = kLessEqual;
  else if (op == ">") out.op = kGreater;
  else if (op == ">=") out.op = kGreaterEqual;
  else if (op == "==" || op == "===") out.op = kEqual;
  else if (op == "!=") out.op = kNotEqual;
  else return base::InvalidArgument("unknown operator '" + op + "' in the threshold '" +
                                    std::string(text) + "'");
  const auto number = Number(limit);
  if (!number) {
    return base::InvalidArgument("no number after " + op + " in the threshold '" +
                                 std::string(text) + "'");
  }
  out.limit = *number;
  if (!Fits(out.aggregate, type)) {
    return base::InvalidArgument("a " + std::string(MetricTypeName(type)) +
                                 " has no aggregate '" + out.aggregate + "' (threshold '" +
                                 std::string(text) + "')");
  }
  out.percentile = PercentileOf(out.aggregate).value_or(0);
  return out;
}

base::Result<double> TrendAggregate(std::string_view name, Sink& sink) {
  if (name == "avg") return sink.avg();
  if (name == "min") return sink.min();
  if (name == "max") return sink.max();
  if (name == "count") return double(sink.count());
  if (name == "sum") return sink.sum();
  if (const auto p = PercentileOf(name)) return sink.Percentile(*p);
  return base::InvalidArgument("unknown trend statistic '" + std::string(name) +
                               "' (avg, min, med, max, count, p(N))");
}

void Threshold::Evaluate(Sink& sink, double seconds) {
  // No samples: nothing was crossed, as in k6.
  if (sink.count() == 0) {
    failed = false;
    value = 0;
    return;
  }
  switch (sink.type()) {
    case MetricType::kCounter:
      value = aggregate == "rate" && seconds > 0 ? sink.sum() / seconds : sink.sum();
      break;
    case MetricType::kGauge: value = sink.last(); break;
    case MetricType::kRate: value = sink.rate(); break;
    case MetricType::kTrend: value = *TrendAggregate(aggregate, sink); break;
  }
  failed = !Holds(value, op, limit);
}

}  // namespace sb::load
