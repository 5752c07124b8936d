// SPDX-License-Identifier: Apache-2.0
//
// The oracle's aggregations, one step at a time.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "model/histogram_buckets.h"
#include "model/histogram_math.h"
#include "query/promql/ratio_sample.h"
#include "query/promql/testing/oracle_model.h"
#include "query/promql/walk.h"

namespace sb::promql::oracle {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<double> FloatsOf(const Vector& members) {
  std::vector<double> out;
  for (const Element& e : members) {
    if (e.histogram == nullptr) {
      out.push_back(e.value);
    }
  }
  return out;
}

// Sum without the rule of range vectors that an infinite sum is not compensated: there is nothing
// to compensate then, and the first value is taken as it is.
double SumOfElements(const std::vector<double>& values) {
  Kahan total{values[0], 0};
  for (size_t i = 1; i < values.size(); ++i) {
    total.Add(values[i]);
  }
  return total.sum + total.compensation;
}

// Elements in their order: a group that begins with a histogram is added up until the first that
// does not fit, behind which nothing counts; one that begins with a float has no total once there
// is a histogram in it.
bool SumOrMean(bool mean, const Vector& members, Notes* notes, Element* out) {
  const std::vector<double> floats = FloatsOf(members);
  if (floats.size() == members.size()) {
    out->value = mean ? Mean(floats) : SumOfElements(floats);
    return true;
  }
  std::vector<model::HistogramPtr> histograms;
  std::vector<size_t> places;
  for (size_t i = 0; i < members.size(); ++i) {
    if (members[i].histogram != nullptr) {
      histograms.push_back(members[i].histogram);
      places.push_back(i);
    }
  }
  const bool begins_with_float = places[0] != 0;
  const HistogramTotal total = Total(histograms, mean);
  if (total.bounds_reconciled && !begins_with_float) {
    notes->Inform("reconciled in aggregation");
  }
  size_t end = members.size();
  if (total.value == nullptr && !begins_with_float) {
    end = places[total.combined - 1];
    notes->Warn("mixed buckets " + std::string(members[end].labels.metric_name()));
  }
  const bool mixed = std::any_of(members.begin(), members.begin() + static_cast<ptrdiff_t>(end),
                                 [](const Element& e) { return e.histogram == nullptr; });
  if (mixed) {
    notes->Warn("mixed floats and histograms in aggregation");
  }
  if (mixed || total.value == nullptr) {
    return false;
  }
  if (total.reset_collision) {
    notes->Warn("reset collision in aggregation");
  }
  model::Histogram h = *total.value;
  model::Compact(&h);
  out->histogram = std::make_shared<const model::Histogram>(std::move(h));
  return true;
}

double Extreme(const std::vector<double>& values, bool largest) {
  double best = values[0];
  for (const double v : values) {
    if (std::isnan(best) || (largest ? v > best : v < best)) {
      best = v;
    }
  }
  return best;
}

double Variance(const std::vector<double>& values) {
  double mean = values[0];
  double squares = std::isfinite(mean) ? 0 : kNan;
  for (size_t i = 1; i < values.size(); ++i) {
    const double delta = values[i] - mean;
    mean += delta / static_cast<double>(i + 1);
    squares += delta * (values[i] - mean);
  }
  return squares / static_cast<double>(values.size());
}

// False if the group has no result.
bool Summarize(const AggregateExpr& expr, const Vector& members, double param, Notes* notes,
               Element* out) {
  switch (expr.op) {
    case AggregateOp::kSum:
    case AggregateOp::kAvg:
      return SumOrMean(expr.op == AggregateOp::kAvg, members, notes, out);
    case AggregateOp::kCount:
      out->value = static_cast<double>(members.size());
      return true;
    case AggregateOp::kGroup:
      out->value = 1;
      return true;
    default:
      break;
  }
  const std::vector<double> floats = FloatsOf(members);
  if (floats.size() < members.size()) {
    notes->Inform("ignored histogram in " + std::string(AggregateOpName(expr.op)));
  }
  if (floats.empty()) {
    return false;
  }
  switch (expr.op) {
    case AggregateOp::kMin:
    case AggregateOp::kMax:
      out->value = Extreme(floats, expr.op == AggregateOp::kMax);
      return true;
    case AggregateOp::kStdvar:
      out->value = Variance(floats);
      return true;
    case AggregateOp::kStddev:
      out->value = std::sqrt(Variance(floats));
      return true;
    default:
      out->value = Quantile(param, floats);
      return true;
  }
}

// The k largest (or smallest) of a group. Which of several equal values stay is defined by the
// reference's binary heap, so here is one.
class BestK {
 public:
  BestK(size_t k, bool largest) : k_(k), largest_(largest) {}

  void Offer(const Element& e) {
    if (heap_.size() < k_) {
      heap_.push_back(e);
      for (size_t i = heap_.size() - 1; i > 0 && Worse(heap_[i], heap_[(i - 1) / 2]);) {
        std::swap(heap_[i], heap_[(i - 1) / 2]);
        i = (i - 1) / 2;
      }
      return;
    }
    const double worst = heap_[0].value;
    const bool better = largest_ ? worst < e.value : worst > e.value;
    if (!better && !(std::isnan(worst) && !std::isnan(e.value))) {
      return;
    }
    heap_[0] = e;
    for (size_t i = 0; 2 * i + 1 < heap_.size();) {
      size_t child = 2 * i + 1;
      if (child + 1 < heap_.size() && Worse(heap_[child + 1], heap_[child])) {
        ++child;
      }
      if (!Worse(heap_[child], heap_[i])) {
        break;
      }
      std::swap(heap_[child], heap_[i]);
      i = child;
    }
  }

  Vector BestFirst() const {
    Vector out = heap_;
    std::stable_sort(out.begin(), out.end(),
                     [this](const Element& a, const Element& b) { return Worse(b, a); });
    return out;
  }

 private:
  bool Worse(const Element& a, const Element& b) const {
    return std::isnan(a.value) || (largest_ ? a.value < b.value : a.value > b.value);
  }
  const size_t k_;
  const bool largest_;
  Vector heap_;
};

Vector Pick(const AggregateExpr& expr, const Vector& members, double param, Notes* notes) {
  Vector out;
  if (expr.op == AggregateOp::kLimitRatio) {
    const double ratio = std::max(-1.0, std::min(1.0, param));
    for (const Element& e : members) {
      if (ratio != 0 && InRatioSample(ratio, e.labels)) {
        out.push_back(e);
      }
    }
    return out;
  }
  if (param < 1) {
    return out;
  }
  const double most = std::min(param, static_cast<double>(members.size()));
  const auto k = static_cast<size_t>(most);
  if (expr.op == AggregateOp::kLimitk) {
    out.assign(members.begin(), members.begin() + static_cast<ptrdiff_t>(k));
    return out;
  }
  BestK best(std::max<size_t>(1, k), expr.op == AggregateOp::kTopk);
  for (const Element& e : members) {
    if (e.histogram != nullptr) {
      notes->Inform("ignored histogram in " + std::string(AggregateOpName(expr.op)));
    } else {
      best.Offer(e);
    }
  }
  return best.BestFirst();
}

Vector CountValues(const AggregateExpr& expr, const Vector& input) {
  const std::string& label = As<StringLiteral>(Unwrapped(*expr.param)).value;
  std::vector<std::string> names = expr.grouping;
  if (!expr.without) {
    names.push_back(label);
  }
  std::map<model::LabelSet, Element> groups;
  for (const Element& e : input) {
    const std::string text =
        e.histogram != nullptr ? model::ToString(*e.histogram) : PlainNumber(e.value);
    const model::LabelSet labels = GroupLabels(
        model::LabelSetBuilder(e.labels).Set(label, text).Build(), names, !expr.without);
    const auto [at, is_new] = groups.emplace(labels, Element());
    if (is_new) {
      at->second.labels = labels;
      at->second.row = e.row;
    }
    at->second.value += 1;
  }
  Vector out;
  for (auto& [labels, e] : groups) {
    out.push_back(std::move(e));
  }
  return out;
}

}  // namespace

Vector Aggregate(const AggregateExpr& expr, const Vector& input, double param, Notes* notes) {
  if (expr.op == AggregateOp::kCountValues) {
    return CountValues(expr, input);
  }
  // Groups in the order of their first elements.
  std::map<model::LabelSet, size_t> places;
  std::vector<std::pair<model::LabelSet, Vector>> groups;
  for (const Element& e : input) {
    const model::LabelSet labels = GroupLabels(e.labels, expr.grouping, !expr.without);
    const auto [at, is_new] = places.emplace(labels, groups.size());
    if (is_new) {
      groups.emplace_back(labels, Vector());
    }
    groups[at->second].second.push_back(e);
  }
  Vector out;
  for (const auto& [labels, members] : groups) {
    if (HasParameter(expr.op) && expr.op != AggregateOp::kQuantile) {
      const Vector picked = Pick(expr, members, param, notes);
      out.insert(out.end(), picked.begin(), picked.end());
      continue;
    }
    Element e;
    e.labels = labels;
    e.row = members[0].row;
    for (const Element& member : members) {
      e.drop_name = e.drop_name || member.drop_name;
    }
    if (Summarize(expr, members, param, notes, &e)) {
      out.push_back(std::move(e));
    }
  }
  return out;
}

bool CheckParameter(const AggregateExpr& expr, const std::vector<double>& param, Notes* notes) {
  double smallest = std::numeric_limits<double>::max();
  double largest = std::numeric_limits<double>::lowest();
  bool nan = false;
  for (const double v : param) {
    smallest = GoMinimum(smallest, v);
    largest = GoMaximum(largest, v);
    nan = nan || std::isnan(v);
  }
  switch (expr.op) {
    case AggregateOp::kTopk:
    case AggregateOp::kBottomk:
    case AggregateOp::kLimitk:
      if (largest < 1) {
        return false;
      }
      if (nan || smallest <= -0x1p63 || largest >= 0x1p63) {
        throw Failure{"parameter is not a number of elements"};
      }
      return true;
    case AggregateOp::kLimitRatio:
      if (largest == 0 && smallest == 0) {
        return false;
      }
      if (nan) {
        throw Failure{"ratio is NaN"};
      }
      if (largest > 1) {
        notes->Warn("ratio " + Text(largest));
      }
      if (smallest < -1) {
        notes->Warn("ratio " + Text(smallest));
      }
      return true;
    case AggregateOp::kQuantile:
      if (nan) {
        notes->Warn("quantile NaN");
      }
      if (largest > 1) {
        notes->Warn("quantile " + Text(largest));
      }
      if (smallest < 0) {
        notes->Warn("quantile " + Text(smallest));
      }
      return true;
    default:
      return true;
  }
}

}  // namespace sb::promql::oracle
