// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/pipeline.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "alert/provisioning/node_read.h"
#include "config/duration.h"
#include "config/scalar.h"

namespace sb::provisioning {
namespace {

using config::Node;
using Points = std::vector<std::pair<int64_t, double>>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr size_t kResampledMax = 100'000;

std::vector<double> Params(const Node* evaluator) {
  std::vector<double> params;
  const Node* list = evaluator != nullptr ? evaluator->Find("params") : nullptr;
  if (list != nullptr) {
    for (const config::NodePtr& item : list->items) {
      params.push_back(config::ParseYamlFloat(item->text).value_or(kNan));
    }
  }
  return params;
}

Points WithoutNan(const Points& points) {
  Points kept;
  std::copy_if(points.begin(), points.end(), std::back_inserter(kept),
               [](const auto& point) { return std::isfinite(point.second); });
  return kept;
}

double Median(const Points& points) {
  std::vector<double> values;
  for (const auto& [time, value] : points) {
    values.push_back(value);
  }
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

}  // namespace

base::Result<double> Reduce(std::string_view reducer, const Points& points) {
  if (reducer == "count") {
    return static_cast<double>(points.size());
  }
  double sum = 0, low = kNan, high = kNan;
  for (const auto& [time, value] : points) {
    sum += value;
    low = low <= value ? low : value;
    high = high >= value ? high : value;
  }
  if (reducer == "sum") {
    return sum;
  }
  if (points.empty()) {
    return kNan;
  }
  const double first = points.front().second, last = points.back().second;
  const auto count = static_cast<double>(points.size());
  if (reducer == "last") {
    return last;
  }
  if (reducer == "mean" || reducer == "avg") {
    return sum / count;
  }
  if (reducer == "min") {
    return low;
  }
  if (reducer == "max") {
    return high;
  }
  if (reducer == "median") {
    return Median(points);
  }
  if (reducer == "diff" || reducer == "diff_abs") {
    return reducer == "diff" ? last - first : std::fabs(last - first);
  }
  if (reducer == "percent_diff" || reducer == "percent_diff_abs") {
    const double percent = (last - first) / std::fabs(first) * 100;
    return reducer == "percent_diff" ? percent : std::fabs(percent);
  }
  if (reducer == "count_non_null") {
    return static_cast<double>(WithoutNan(points).size());
  }
  return base::InvalidArgument("unknown reducer: " + std::string(reducer));
}

base::Result<bool> Compare(std::string_view evaluator, const std::vector<double>& params,
                           double value) {
  const double a = !params.empty() ? params[0] : kNan;
  const double b = params.size() > 1 ? params[1] : kNan;
  const double low = std::min(a, b), high = std::max(a, b);
  const std::pair<std::string_view, bool> outcomes[] = {
      {"gt", value > a},
      {"lt", value < a},
      {"gte", value >= a},
      {"lte", value <= a},
      {"eq", value == a},
      {"ne", value != a && !std::isnan(value)},
      {"within_range", value > low && value < high},
      {"outside_range", value < low || value > high},
      {"within_range_included", value >= low && value <= high},
      {"outside_range_included", value <= low || value >= high},
      {"no_value", std::isnan(value)}};
  for (const auto& [name, outcome] : outcomes) {
    if (name == evaluator) {
      return outcome;
    }
  }
  return base::InvalidArgument("unknown evaluator: " + std::string(evaluator));
}

base::Result<Frames> RunReduce(const Node& model, const Frames& input) {
  const std::string reducer = TextAt(model, "reducer");
  const Node* settings = model.Find("settings");
  const std::string mode = settings != nullptr ? TextAt(*settings, "mode") : "";
  Frames out;
  for (const Frame& frame : input) {
    Frame reduced;
    reduced.labels = frame.labels;
    if (!frame.is_series) {
      reduced.value = frame.value;
    } else if (mode == "dropNN") {
      SB_ASSIGN_OR_RETURN(reduced.value, Reduce(reducer, WithoutNan(frame.points)));
    } else {
      Points points = frame.points;
      for (auto& [time, value] : points) {
        if (mode == "replaceNN" && !std::isfinite(value)) {
          value = NumberAt(*settings, "replaceWithValue", 0);
        }
      }
      SB_ASSIGN_OR_RETURN(reduced.value, Reduce(reducer, points));
    }
    reduced.shown = reduced.value;
    out.push_back(std::move(reduced));
  }
  return out;
}

base::Result<Frames> RunResample(const Node& model, const Frames& input) {
  SB_ASSIGN_OR_RETURN(const base::DurationMs window,
                      config::ParseDuration(TextAt(model, "window")));
  const std::string down = TextAt(model, "downsampler"), up = TextAt(model, "upsampler");
  if (window.Value() <= 0) {
    return base::InvalidArgument("resample needs a window");
  }
  Frames out;
  for (const Frame& frame : input) {
    Frame sampled;
    sampled.labels = frame.labels;
    sampled.is_series = true;
    if (frame.points.empty()) {
      out.push_back(std::move(sampled));
      continue;
    }
    size_t at = 0;
    const int64_t end = frame.points.back().first;
    for (int64_t time = frame.points.front().first; time <= end; time += window.Value()) {
      if (sampled.points.size() >= kResampledMax) {
        return base::ResourceExhausted("resample would make too many points: use a larger window");
      }
      Points inside;
      while (at < frame.points.size() && frame.points[at].first <= time) {
        inside.push_back(frame.points[at++]);
      }
      double value = kNan;
      if (!inside.empty()) {
        SB_ASSIGN_OR_RETURN(value, Reduce(down, inside));
      } else if (up == "pad" && !sampled.points.empty()) {
        value = sampled.points.back().second;
      } else if (up == "backfilling" && at < frame.points.size()) {
        value = frame.points[at].second;
      }
      sampled.points.emplace_back(time, value);
    }
    out.push_back(std::move(sampled));
  }
  return out;
}

base::Result<Frames> RunThreshold(const Node& model, const Frames& input) {
  const Node* conditions = model.Find("conditions");
  const Node* evaluator = conditions != nullptr && !conditions->items.empty()
                              ? conditions->items[0]->Find("evaluator")
                              : nullptr;
  if (evaluator == nullptr) {
    return base::InvalidArgument("threshold needs a condition with an evaluator");
  }
  Frames out;
  for (const Frame& frame : input) {
    if (frame.is_series) {
      return base::InvalidArgument(
          "threshold needs numbers: put a reduce expression between query and threshold");
    }
    Frame result = frame;
    SB_ASSIGN_OR_RETURN(const bool above,
                        Compare(TextAt(*evaluator, "type"), Params(evaluator), frame.value));
    result.value = above ? 1 : 0;
    result.shown = frame.value;
    out.push_back(std::move(result));
  }
  return out;
}

base::Result<Frames> RunClassic(const Node& model, const FramesByRef& inputs) {
  const Node* conditions = model.Find("conditions");
  bool firing = false;
  double shown = kNan;
  bool first = true;
  for (size_t i = 0; conditions != nullptr && i < conditions->items.size(); ++i) {
    const Node& condition = *conditions->items[i];
    const Node* query = condition.Find("query");
    const Node* params = query != nullptr ? query->Find("params") : nullptr;
    const Node* reducer = condition.Find("reducer");
    const Node* evaluator = condition.Find("evaluator");
    if (params == nullptr || params->items.empty() || reducer == nullptr || evaluator == nullptr) {
      return base::InvalidArgument("a classic condition needs query, reducer and evaluator");
    }
    const auto frames = inputs.find(params->items[0]->text);
    if (frames == inputs.end()) {
      return base::InvalidArgument("a classic condition refers to an unknown query: " +
                                   params->items[0]->text);
    }
    bool any = frames->second.empty() && TextAt(*evaluator, "type") == "no_value";
    for (const Frame& frame : frames->second) {
      double value = frame.value;
      if (frame.is_series) {
        SB_ASSIGN_OR_RETURN(value, Reduce(TextAt(*reducer, "type"), WithoutNan(frame.points)));
      }
      SB_ASSIGN_OR_RETURN(const bool hit,
                          Compare(TextAt(*evaluator, "type"), Params(evaluator), value));
      if (hit) {
        any = true;
        shown = value;
      }
    }
    const Node* op = condition.Find("operator");
    const bool either = op != nullptr && TextAt(*op, "type") == "or";
    firing = first ? any : either ? firing || any : firing && any;
    first = false;
  }
  Frame frame;
  frame.value = firing ? 1 : 0;
  frame.shown = shown;
  return Frames{frame};
}

}  // namespace sb::provisioning
