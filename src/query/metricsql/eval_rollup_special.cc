// SPDX-License-Identifier: Apache-2.0
//
// Rollup functions that answer several rows a series: rollup*, aggr_over_time, quantiles_over_time,
// count_values_over_time, histogram_over_time.
#include <algorithm>
#include <utility>

#include "query/metricsql/evaluator.h"
#include "query/metricsql/vmrange.h"

namespace sb::metricsql {
namespace {

// A candle stands for [t - window, t), so that neighbours do not share a sample.
struct Candle {
  explicit Candle(const RollupWindow& w) {
    if (!std::isnan(w.previous) && w.previous_ms >= w.now_ms - w.window_ms) {
      values.push_back(w.previous);
    }
    for (size_t i = 0; i < w.values.size() && w.times[i] < w.now_ms; ++i) {
      values.push_back(w.values[i]);
    }
  }
  Values values;
};

double Open(const RollupWindow& w) {
  return FirstOf(Candle(w).values);
}
double Close(const RollupWindow& w) {
  return LastOf(Candle(w).values);
}
double Low(const RollupWindow& w) {
  return MinimumOf(Candle(w).values);
}
double High(const RollupWindow& w) {
  return MaximumOf(Candle(w).values);
}

struct Part {
  std::string name;
  RollupFn fn;
};

std::vector<Part> PartsOf(std::string_view function) {
  if (function == "rollup_candlestick") {
    return {{"open", Open}, {"close", Close}, {"low", Low}, {"high", High}};
  }
  return {{"min", FindRollup("min_over_time")->fn},
          {"max", FindRollup("max_over_time")->fn},
          {"avg", FindRollup("avg_over_time")->fn}};
}

// What the parts are taken of: the values, or how they change.
void Prepare(std::string_view function, SeriesColumns* columns) {
  if (function == "rollup_rate" || function == "rollup_deriv") {
    ToDifferences(Per::kSecond, columns);
  } else if (function == "rollup_increase" || function == "rollup_delta") {
    ToDifferences(Per::kSample, columns);
  } else if (function == "rollup_scrape_interval") {
    ToIntervals(columns);
  }
}

}  // namespace

base::Status Evaluator::ApplySpecial(const RollupCall& call, const Grid& grid, Source* source,
                                     std::vector<Row>* out) {
  const std::string_view name = call.function->name;
  const Rollup::Options options = OptionsOf(call, grid);
  const auto add = [&](std::string_view label, const std::string& value, RollupFn fn,
                       const SeriesColumns& columns, double param) {
    Row row{label.empty() ? source->labels : WithLabel(source->labels, label, value),
            Values(grid.count, kNan)};
    Rollup(options, columns).ForEachStep([&](size_t step, RollupWindow* w) {
      w->params[0] = param;
      row.values[step] = fn(*w);
    });
    if (!row.AllNan()) {
      out->push_back(std::move(row));
    }
  };
  if (name.starts_with("rollup")) {
    return RollupParts(call, grid, source, out);
  }
  if (name == "quantiles_over_time") {
    const RollupFn quantile = FindRollup("quantile_over_time")->fn;
    for (const double phi : call.phis) {
      add(call.texts[0], BoundText(phi), quantile, source->columns, phi);
    }
    return base::OkStatus();
  }
  if (name == "aggr_over_time") {
    for (const std::string& wanted : call.texts) {
      const RollupFunction* const function = FindRollup(wanted);
      if (function == nullptr || function->fn == nullptr || function->args != 1) {
        return base::InvalidArgument("aggr_over_time(): \"" + wanted +
                                     "\" is no function of one range");
      }
      SeriesColumns columns = source->columns;
      if ((function->flags & RollupFunction::kCounter) != 0) {
        RemoveResets(&columns.values);
      }
      add("rollup", wanted, function->fn, columns, kNan);
    }
    return base::OkStatus();
  }
  CountValues(call, grid, *source, out);
  return base::OkStatus();
}

base::Status Evaluator::RollupParts(const RollupCall& call, const Grid& grid, Source* source,
                                    std::vector<Row>* out) {
  const std::string_view name = call.function->name;
  const std::vector<Part> parts = PartsOf(name);
  const std::string wanted = call.texts.empty() ? "" : call.texts[0];
  const bool known = wanted.empty() || std::any_of(parts.begin(), parts.end(),
                                                   [&](const Part& p) { return p.name == wanted; });
  if (!known) {
    return base::InvalidArgument(std::string(name) + "(): unknown part \"" + wanted + "\"");
  }
  Prepare(name, &source->columns);
  for (const Part& part : parts) {
    if (!wanted.empty() && part.name != wanted) {
      continue;
    }
    Row row{wanted.empty() ? WithLabel(source->labels, "rollup", part.name) : source->labels,
            Values(grid.count, kNan)};
    Rollup(OptionsOf(call, grid), source->columns).ForEachStep([&](size_t step, RollupWindow* w) {
      row.values[step] = part.fn(*w);
    });
    if (!row.AllNan()) {
      out->push_back(std::move(row));
    }
  }
  return base::OkStatus();
}

// count_values_over_time("label", m[d]) and histogram_over_time(m[d]): a row per value or bucket.
void Evaluator::CountValues(const RollupCall& call, const Grid& grid, const Source& source,
                            std::vector<Row>* out) {
  const bool buckets = call.function->name == "histogram_over_time";
  const std::string label = buckets ? std::string(kVmRange) : call.texts[0];
  std::map<std::string, Values> rows;
  Rollup(OptionsOf(call, grid), source.columns).ForEachStep([&](size_t step, RollupWindow* w) {
    for (const double v : w->values) {
      const std::string text = buckets ? VmRangeOf(v) : BoundText(v);
      if (text.empty()) {
        continue;
      }
      Values& counts = rows.try_emplace(text, Values(grid.count, kNan)).first->second;
      counts[step] = std::isnan(counts[step]) ? 1 : counts[step] + 1;
    }
  });
  for (auto& [text, values] : rows) {
    out->push_back({WithLabel(source.labels, label, text), std::move(values)});
  }
}

}  // namespace sb::metricsql
