// SPDX-License-Identifier: Apache-2.0
//
// info(): adds the data labels of info series (target_info and its like) to the series that carry
// the same identifying labels, job and instance.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "query/promql/evaluator.h"
#include "query/promql/label_text.h"
#include "query/promql/preprocess.h"
#include "query/promql/walk.h"

namespace sb::promql {
namespace {

using model::Matcher;
using model::MatchType;
using query::StepSeries;
using query::StepVector;

const std::vector<std::string>& IdentifyingLabels() {
  static const auto& names = *new std::vector<std::string>{"instance", "job"};
  return names;
}

// The second argument taken apart: which info metrics, and which of their labels.
struct InfoSelector {
  std::vector<Matcher> names;  // on __name__, never empty
  std::vector<Matcher> data;

  bool MatchesName(std::string_view name) const {
    return std::all_of(names.begin(), names.end(),
                       [&](const Matcher& m) { return m.Matches(name); });
  }
  // No data label is named: all are wanted.
  bool Wants(std::string_view label) const {
    return data.empty() || std::any_of(data.begin(), data.end(),
                                       [&](const Matcher& m) { return m.name() == label; });
  }
  // Whether a series without any info series may stay.
  bool AllowsNone() const {
    return std::all_of(data.begin(), data.end(), [](const Matcher& m) { return m.MatchesEmpty(); });
  }
};

// Without a positive matcher on the name there is a default: target_info, or for negative ones any
// name that ends in _info.
base::Result<InfoSelector> ReadSelector(const Call& call) {
  InfoSelector out;
  bool positive = false;
  if (call.args.size() > 1) {
    for (const Matcher& m : As<VectorSelector>(*call.args[1]).matchers) {
      if (m.name() != model::kMetricName) {
        out.data.push_back(m);
        continue;
      }
      out.names.push_back(m);
      positive = positive || m.type() == MatchType::kEqual || m.type() == MatchType::kRegex;
    }
  }
  if (out.names.empty()) {
    out.names.push_back(Matcher::Equal(std::string(model::kMetricName), "target_info"));
  } else if (!positive) {
    SB_ASSIGN_OR_RETURN(
        Matcher any_info,
        Matcher::Create(MatchType::kRegex, std::string(model::kMetricName), ".+_info"));
    out.names.insert(out.names.begin(), std::move(any_info));
  }
  return out;
}

// Matchers that select the info series of these base series; empty if none has identifying labels.
base::Result<std::vector<Matcher>> SelectorFor(const StepVector& base,
                                               const std::vector<bool>& ignored,
                                               const InfoSelector& selector) {
  std::vector<Matcher> out;
  for (const std::string& label : IdentifyingLabels()) {
    std::set<std::string_view> values;
    for (size_t r = 0; r < base.series.size(); ++r) {
      const std::string_view value = base.series[r].labels.Get(label);
      if (!ignored[r] && !value.empty()) {
        values.insert(value);
      }
    }
    if (values.empty()) {
      continue;
    }
    std::string pattern;
    for (const std::string_view value : values) {
      pattern += pattern.empty() ? "" : "|";
      pattern += RE2::QuoteMeta(re2::StringPiece(value.data(), value.size()));
    }
    SB_ASSIGN_OR_RETURN(Matcher matcher, Matcher::Create(MatchType::kRegex, label, pattern));
    out.push_back(std::move(matcher));
  }
  if (!out.empty()) {
    out.insert(out.end(), selector.data.begin(), selector.data.end());
    out.insert(out.end(), selector.names.begin(), selector.names.end());
  }
  return out;
}

// Info series by metric name and identifying labels. Rows hold the sample times, in milliseconds.
class InfoIndex {
 public:
  explicit InfoIndex(const StepVector& info) : info_(info) {
    for (size_t r = 0; r < info.series.size(); ++r) {
      const model::LabelSet& labels = info.series[r].labels;
      by_identity_[labels.Keep(IdentifyingLabels())][std::string(labels.metric_name())].push_back(
          r);
    }
  }

  // The newest series of each metric for this base series at a step. Two equally new ones are an
  // error.
  base::Result<std::vector<const StepSeries*>> Find(const model::LabelSet& identity,
                                                    size_t step) const {
    std::vector<const StepSeries*> out;
    const auto found = by_identity_.find(identity);
    if (found == by_identity_.end()) {
      return out;
    }
    for (const auto& [name, rows] : found->second) {
      const StepSeries* newest = nullptr;
      for (const size_t r : rows) {
        const StepSeries& row = info_.series[r];
        if (!row.Has(step)) {
          continue;
        }
        if (newest != nullptr && newest->value(step) == row.value(step)) {
          return base::FailedPrecondition(
              fmt::format("found duplicate series for info metric: existing {} @ {}, new {} @ {}",
                          LabelText(newest->labels), static_cast<int64_t>(newest->value(step)),
                          LabelText(row.labels), static_cast<int64_t>(row.value(step))));
        }
        if (newest == nullptr || newest->value(step) < row.value(step)) {
          newest = &row;
        }
      }
      if (newest != nullptr) {
        out.push_back(newest);
      }
    }
    return out;
  }

 private:
  const StepVector& info_;
  std::unordered_map<model::LabelSet, std::map<std::string, std::vector<size_t>>,
                     model::LabelSetHash>
      by_identity_;
};

// The base labels with the data labels of the info series.
base::Result<model::LabelSet> Enrich(const model::LabelSet& base,
                                     const std::vector<const StepSeries*>& info,
                                     const InfoSelector& selector) {
  std::map<std::string_view, std::string_view> added;
  for (const StepSeries* row : info) {
    for (const model::Label& label : row->labels) {
      if (label.name == model::kMetricName || !selector.Wants(label.name)) {
        continue;
      }
      const auto known = added.find(label.name);
      if (known != added.end() && known->second != label.value) {
        return base::FailedPrecondition("conflicting label: " + std::string(label.name));
      }
      if (!base.Has(label.name)) {
        added[label.name] = label.value;
      }
    }
  }
  model::LabelSetBuilder builder(base);
  for (const auto& [name, value] : added) {
    builder.Set(name, value);
  }
  return builder.Build();
}

}  // namespace

Evaluator::Rows Evaluator::EvalInfo(const Call& call, const Grid& grid) {
  SB_ASSIGN_OR_RETURN(const InfoSelector selector, ReadSelector(call));
  SB_ASSIGN_OR_RETURN(const StepVector base, EvalVector(*call.args[0], grid));
  std::vector<bool> ignored;  // info series themselves are not enriched
  for (const StepSeries& row : base.series) {
    ignored.push_back(selector.MatchesName(row.labels.metric_name()));
  }
  StepVector info;
  VectorSelector time;
  time.time = InfoTime(*call.args[0]);
  SB_ASSIGN_OR_RETURN(const std::vector<Matcher> matchers, SelectorFor(base, ignored, selector));
  if (!matchers.empty()) {
    const int64_t first = ReferenceTime(time.time, grid.start_ms) - options_.lookback_ms + 1;
    const int64_t last = ReferenceTime(time.time, grid.last_ms());
    SB_ASSIGN_OR_RETURN(auto series, Select(matchers, first, last));
    SB_RETURN_IF_ERROR(
        EvalInstantSeries(series, time, grid, SelectorValue::kInfoTime, [&info](StepSeries&& row) {
          info.series.push_back(std::move(row));
          return base::OkStatus();
        }));
  }
  const InfoIndex index(info);
  StepVector out;
  for (size_t r = 0; r < base.series.size(); ++r) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    const StepSeries& row = base.series[r];
    if (ignored[r]) {
      StepSeries copy = row;
      out.series.push_back(std::move(copy));
      continue;
    }
    const model::LabelSet identity = row.labels.Keep(IdentifyingLabels());
    std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> places;
    for (size_t i = row.first(); i < row.end(); ++i) {
      if (!row.Has(i)) {
        continue;
      }
      SB_ASSIGN_OR_RETURN(const auto found, index.Find(identity, i));
      if (found.empty() && !selector.AllowsNone()) {
        continue;
      }
      SB_ASSIGN_OR_RETURN(const model::LabelSet labels, Enrich(row.labels, found, selector));
      const auto [at, is_new] = places.emplace(labels, out.series.size());
      if (is_new) {
        out.series.emplace_back(labels, grid.count);
        out.series.back().drop_name = row.drop_name;
      }
      out.series[at->second].Set(i, row.At(i));
    }
  }
  SB_RETURN_IF_ERROR(query::MergeSameLabels(&out));
  return out;
}

}  // namespace sb::promql
