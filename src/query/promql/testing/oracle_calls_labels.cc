// SPDX-License-Identifier: Apache-2.0
//
// The oracle's calls that bring series together by their labels: quantiles of histograms, info().
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

#include "query/promql/testing/oracle_evaluation.h"
#include "query/promql/walk.h"

namespace sb::promql::oracle {

using model::Matcher;
using model::MatchType;
using model::Sample;

Vector Evaluation::QuantilesAt(const Call& call, const Vector& input,
                               const std::vector<double>& scalars) {
  const FunctionId id = call.function->id;
  const bool fraction = id == FunctionId::kHistogramFraction;
  const bool several = id == FunctionId::kHistogramQuantiles;
  const bool delayed = options_.delayed_name_removal;
  auto name_of = [&](const model::LabelSet& labels) {
    return delayed ? std::string(labels.metric_name()) : std::string();
  };
  for (const double q : scalars) {
    if (!fraction && (std::isnan(q) || q < 0 || q > 1)) {
      notes_.Warn("quantile " + Text(q));
    }
  }
  struct Classic {
    std::vector<CumulativeBucket> buckets;
    size_t row = 0;
  };
  std::map<model::LabelSet, Classic> classics;
  for (const Element& e : input) {
    if (e.histogram != nullptr) {
      continue;
    }
    const std::string le(e.labels.Get("le"));
    char* end = nullptr;
    const double upper = std::strtod(le.c_str(), &end);
    if (le.empty() || *end != '\0') {
      notes_.Warn("le " + le + " " + name_of(e.labels));
      continue;
    }
    Classic& classic =
        classics.try_emplace(e.labels.Without({"le"}), Classic{{}, e.row[0]}).first->second;
    classic.buckets.push_back({upper, e.value});
  }
  Vector out;
  auto add = [&](const model::LabelSet& labels, RowKey row, size_t which, double value) {
    Element e;
    e.labels = delayed ? labels : DropMetadata(labels);
    if (several) {
      const std::string& label = As<StringLiteral>(Unwrapped(*call.args[1])).value;
      const double q = scalars[which];
      std::string text = ShortNumber(q);
      if (std::isfinite(q) && text.find_first_of(".e") == std::string::npos) {
        text += ".0";
      }
      e.labels = model::LabelSetBuilder(e.labels).Set(label, text).Build();
    }
    e.value = value;
    e.row = {row[0], row[1], which};
    e.drop_name = true;
    out.push_back(std::move(e));
  };
  const size_t results = fraction ? 1 : scalars.size();
  for (const Element& e : input) {
    if (e.histogram == nullptr) {
      continue;
    }
    if (classics.erase(e.labels) > 0) {
      notes_.Warn("classic and native " + name_of(e.labels));
      continue;
    }
    for (size_t which = 0; which < results; ++which) {
      add(e.labels, {0, e.row[0], 0}, which,
          fraction
              ? FractionOfNative(scalars[0], scalars[1], *e.histogram, name_of(e.labels), &notes_)
              : QuantileOfNative(scalars[which], *e.histogram, name_of(e.labels), &notes_));
    }
  }
  for (const auto& [labels, classic] : classics) {
    for (size_t which = 0; which < results; ++which) {
      bool forced = false;
      add(labels, {1, classic.row, 0}, which,
          fraction ? FractionOfClassic(scalars[0], scalars[1], classic.buckets)
                   : QuantileOfClassic(scalars[which], classic.buckets, &forced));
      if (forced) {
        notes_.Inform("forced monotonicity " + name_of(labels));
      }
    }
  }
  return out;
}

Steps Evaluation::EvalQuantiles(const Call& call, const Grid& grid) {
  const bool several = call.function->id == FunctionId::kHistogramQuantiles;
  const size_t vector_arg = several ? 0 : call.args.size() - 1;
  const Steps input = EvalVector(*call.args[vector_arg], grid);
  std::vector<std::vector<double>> scalars;
  for (size_t a = several ? 2 : 0; a < call.args.size(); ++a) {
    if (a != vector_arg) {
      scalars.push_back(EvalScalar(*call.args[a], grid));
    }
  }
  Steps out(grid.count);
  for (size_t i = 0; i < grid.count; ++i) {
    std::vector<double> now;
    for (const std::vector<double>& values : scalars) {
      now.push_back(values[i]);
    }
    out[i] = QuantilesAt(call, input[i], now);
  }
  OrderRows(&out, !LateDuplicates(grid));
  return out;
}

Vector Evaluation::InfoAt(const Call& call, const Vector& base, const Shift& shift,
                          int64_t time_ms) {
  std::vector<Matcher> names;
  std::vector<Matcher> data;
  if (call.args.size() > 1) {
    for (const Matcher& m : As<VectorSelector>(Unwrapped(*call.args[1])).matchers) {
      (m.name() == model::kMetricName ? names : data).push_back(m);
    }
  }
  const bool excludes = std::all_of(names.begin(), names.end(), [](const Matcher& m) {
    return m.type() == MatchType::kNotEqual || m.type() == MatchType::kNotRegex;
  });
  if (names.empty()) {
    names.push_back(Matcher::Equal("__name__", "target_info"));
  } else if (excludes) {  // from all that are called an info
    names.push_back(*Matcher::Create(MatchType::kRegex, "__name__", ".+_info"));
  }
  Vector out;
  for (const Element& e : base) {
    if (Matches(model::LabelSet::FromPairs({{"__name__", e.labels.metric_name()}}), names)) {
      out.push_back(e);  // an info series itself
      continue;
    }
    const StoredSeries* newest = nullptr;
    int64_t newest_ms = 0;
    for (const StoredSeries& series : series_) {
      const bool same = series.labels.Get("job") == e.labels.Get("job") &&
                        series.labels.Get("instance") == e.labels.Get("instance") &&
                        (e.labels.Has("job") || e.labels.Has("instance"));
      const Sample* s = Newest(series, shift.From(time_ms));
      if (!same || s == nullptr || !Matches(series.labels, names) ||
          !Matches(series.labels, data)) {
        continue;
      }
      if (newest != nullptr && s->time_ms == newest_ms) {
        throw Failure{"two info series"};
      }
      if (newest == nullptr || s->time_ms > newest_ms) {
        newest = &series;
        newest_ms = s->time_ms;
      }
    }
    const bool may_stay =
        std::all_of(data.begin(), data.end(), [](const Matcher& m) { return m.MatchesEmpty(); });
    if (newest == nullptr && !may_stay) {
      continue;
    }
    model::LabelSetBuilder builder(e.labels);
    for (const model::Label& label : newest == nullptr ? model::LabelSet() : newest->labels) {
      const bool wanted =
          data.empty() || std::any_of(data.begin(), data.end(),
                                      [&](const Matcher& m) { return m.name() == label.name; });
      if (wanted && label.name != model::kMetricName && !e.labels.Has(label.name)) {
        builder.Set(label.name, label.value);
      }
    }
    out.push_back(e);
    out.back().labels = builder.Build();
  }
  return out;
}

Steps Evaluation::EvalInfo(const Call& call, const Grid& grid) {
  // The info series are looked at when the first selector of the argument looks.
  Shift shift;
  bool found = false;
  Inspect(*call.args[0], [&](const Expr& node, const ExprPath& path) {
    if (found || node.kind != ExprKind::kVectorSelector) {
      return;
    }
    found = true;
    shift = ShiftOf(As<VectorSelector>(node).time);
    for (auto it = path.rbegin(); it != path.rend() && !shift.at_ms.has_value(); ++it) {
      if (const auto* subquery = TryAs<SubqueryExpr>(*it)) {
        const Shift outer = ShiftOf(subquery->time);
        shift.offset_ms += outer.offset_ms;
        shift.at_ms = outer.at_ms;
      }
    }
  });
  const Steps base = EvalVector(*call.args[0], grid);
  Steps out(grid.count);
  for (size_t i = 0; i < grid.count; ++i) {
    out[i] = InfoAt(call, base[i], shift, grid.At(i));
    for (Element& e : out[i]) {
      e.row = {e.row[0], i, 0};
    }
  }
  OrderRows(&out, true);
  return out;
}

}  // namespace sb::promql::oracle
