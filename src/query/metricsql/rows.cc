// SPDX-License-Identifier: Apache-2.0
#include "query/metricsql/rows.h"

#include <algorithm>
#include <charconv>
#include <unordered_set>
#include <utility>

namespace sb::metricsql {
namespace {

constexpr int64_t kRowBytes = 256;  // about what a row holds besides its values

}  // namespace

bool Row::AllNan() const {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

base::Status RowSet::Charge(query::QueryContext& context) {
  int64_t values = 0;
  for (const Row& row : rows) {
    values += static_cast<int64_t>(row.values.size());
  }
  lease = query::SampleLease();  // before the new one, so that both are not counted
  SB_ASSIGN_OR_RETURN(lease, context.Lease(values + static_cast<int64_t>(rows.size()) * kRowBytes /
                                                        query::kSampleBytes));
  return base::OkStatus();
}

void RowSet::DropEmpty() {
  std::erase_if(rows, [](const Row& row) { return row.AllNan(); });
}

base::Status CheckUnique(const RowSet& set) {
  std::unordered_set<model::LabelSet, model::LabelSetHash> seen;
  for (const Row& row : set.rows) {
    if (!seen.insert(row.labels).second) {
      return base::FailedPrecondition("duplicate output series: " + row.labels.ToString());
    }
  }
  return base::OkStatus();
}

model::LabelSet WithLabel(const model::LabelSet& labels, std::string_view name,
                          std::string_view value) {
  model::LabelSetBuilder builder(labels);
  builder.Set(name, value);
  return builder.Build();
}

double NumberOf(std::string_view text) {
  text.remove_prefix(text.starts_with('+') ? 1 : 0);
  double number = kNan;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ptr != end || read.ec == std::errc::invalid_argument) {
    return kNan;
  }
  return read.ec == std::errc() ? number : std::numeric_limits<double>::infinity();
}

Values WithoutNan(const Values& v) {
  Values out;
  out.reserve(v.size());
  std::copy_if(v.begin(), v.end(), std::back_inserter(out),
               [](double x) { return !std::isnan(x); });
  return out;
}

double SumOf(const Values& v) {
  double sum = 0;
  bool any = false;
  for (const double x : v) {
    if (!std::isnan(x)) {
      sum += x;
      any = true;
    }
  }
  return any ? sum : kNan;
}

double AverageOf(const Values& v) {
  const auto count = std::count_if(v.begin(), v.end(), [](double x) { return !std::isnan(x); });
  return count == 0 ? kNan : SumOf(v) / static_cast<double>(count);
}

double MinimumOf(const Values& v) {
  double out = kNan;
  for (const double x : v) {
    out = std::isnan(out) || x < out ? (std::isnan(x) ? out : x) : out;
  }
  return out;
}

double MaximumOf(const Values& v) {
  double out = kNan;
  for (const double x : v) {
    out = std::isnan(out) || x > out ? (std::isnan(x) ? out : x) : out;
  }
  return out;
}

double LastOf(const Values& v) {
  const auto it = std::find_if(v.rbegin(), v.rend(), [](double x) { return !std::isnan(x); });
  return it == v.rend() ? kNan : *it;
}

double FirstOf(const Values& v) {
  const auto it = std::find_if(v.begin(), v.end(), [](double x) { return !std::isnan(x); });
  return it == v.end() ? kNan : *it;
}

double VarianceOf(const Values& v) {
  double average = 0;
  double squares = 0;
  double count = 0;
  for (const double x : v) {
    if (!std::isnan(x)) {
      ++count;
      const double next = average + (x - average) / count;
      squares += (x - average) * (x - next);
      average = next;
    }
  }
  return count == 0 ? kNan : squares / count;
}

double QuantileOfSorted(double phi, const Values& sorted) {
  if (sorted.empty() || std::isnan(phi)) {
    return kNan;
  }
  if (phi < 0) {
    return -std::numeric_limits<double>::infinity();
  }
  if (phi > 1) {
    return std::numeric_limits<double>::infinity();
  }
  const auto n = static_cast<double>(sorted.size());
  const double rank = phi * (n - 1);
  const double lower = std::max(0.0, std::floor(rank));
  const double upper = std::min(n - 1, lower + 1);
  const double weight = rank - std::floor(rank);
  return sorted[static_cast<size_t>(lower)] * (1 - weight) +
         sorted[static_cast<size_t>(upper)] * weight;
}

double QuantileOf(double phi, const Values& v) {
  Values sorted = WithoutNan(v);
  std::sort(sorted.begin(), sorted.end());
  return QuantileOfSorted(phi, sorted);
}

double MedianDeviationOf(const Values& v) {
  Values distances = WithoutNan(v);
  const double median = QuantileOf(0.5, distances);
  for (double& x : distances) {
    x = std::fabs(x - median);
  }
  return QuantileOf(0.5, distances);
}

double ModeOf(Values v) {
  v = WithoutNan(v);
  std::sort(v.begin(), v.end());
  double best = kNan;
  size_t best_count = 0;
  for (size_t i = 0; i < v.size();) {
    size_t end = i;
    while (end < v.size() && v[end] == v[i]) {
      ++end;
    }
    if (end - i > best_count) {
      best_count = end - i;
      best = v[i];
    }
    i = end;
  }
  return best;
}

}  // namespace sb::metricsql
