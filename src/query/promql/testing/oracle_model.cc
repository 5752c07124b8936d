// SPDX-License-Identifier: Apache-2.0
#include "query/promql/testing/oracle_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <map>

#include "model/histogram_math.h"

namespace sb::promql::oracle {

using model::CounterResetHint;
using model::Histogram;

std::vector<model::Sample> Window::Floats() const {
  std::vector<model::Sample> out;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(out),
               [](const model::Sample& s) { return s.histogram == nullptr; });
  return out;
}

std::vector<model::Sample> Window::Histograms() const {
  std::vector<model::Sample> out;
  std::copy_if(samples.begin(), samples.end(), std::back_inserter(out),
               [](const model::Sample& s) { return s.histogram != nullptr; });
  return out;
}

void OrderRows(Steps* steps, bool merge) {
  std::map<model::LabelSet, RowKey> by_labels;
  std::map<model::LabelSet, bool> drops_name;  // as the first element in time does
  for (Vector& vector : *steps) {
    std::set<model::LabelSet> seen;
    for (const Element& e : vector) {
      if (merge && !seen.insert(e.labels).second) {
        throw Failure{"same labels twice: " + e.labels.ToString()};
      }
      const auto [at, is_new] = by_labels.emplace(e.labels, e.row);
      at->second = is_new ? e.row : std::min(at->second, e.row);
      drops_name.emplace(e.labels, e.drop_name);
    }
  }
  std::map<RowKey, size_t> rank;
  for (Vector& vector : *steps) {
    for (Element& e : vector) {
      e.row = merge ? by_labels[e.labels] : e.row;
      e.drop_name = merge ? drops_name[e.labels] : e.drop_name;
      rank[e.row] = 0;
    }
  }
  size_t next = 0;
  for (auto& [key, place] : rank) {
    place = next++;
  }
  for (Vector& vector : *steps) {
    for (Element& e : vector) {
      e.row = {rank[e.row], 0, 0};
    }
    std::stable_sort(vector.begin(), vector.end(),
                     [](const Element& a, const Element& b) { return a.row < b.row; });
  }
}

model::LabelSet DropMetadata(const model::LabelSet& labels) {
  return labels.Without({"__name__", "__type__", "__unit__"});
}

model::LabelSet GroupLabels(const model::LabelSet& labels, const std::vector<std::string>& names,
                            bool only_these) {
  if (only_these) {
    return labels.Keep(names);
  }
  std::vector<std::string> without = names;
  without.emplace_back("__name__");
  return labels.Without(without);
}

double GoMaximum(double a, double b) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (a == kInfinity || b == kInfinity) {
    return kInfinity;
  }
  if (std::isnan(a) || std::isnan(b)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (a == 0 && b == 0) {
    return std::signbit(a) ? b : a;
  }
  return a > b ? a : b;
}

double GoMinimum(double a, double b) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (a == -kInfinity || b == -kInfinity) {
    return -kInfinity;
  }
  if (std::isnan(a) || std::isnan(b)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (a == 0 && b == 0) {
    return std::signbit(a) ? a : b;
  }
  return a < b ? a : b;
}

// Neumaier's variant; once the sum is infinite there is nothing to compensate.
void Kahan::Add(double v) {
  const double total = sum + v;
  if (std::isinf(total)) {
    compensation = 0;
  } else if (std::fabs(sum) >= std::fabs(v)) {
    compensation += (sum - total) + v;
  } else {
    compensation += (v - total) + sum;
  }
  sum = total;
}

double Sum(const std::vector<double>& values) {
  Kahan total;
  for (const double v : values) {
    total.Add(v);
  }
  return std::isinf(total.sum) ? total.sum : total.sum + total.compensation;
}

// The sum divided by the count; from where the sum would be infinite, the running mean.
double Mean(const std::vector<double>& values) {
  Kahan total{values[0], 0};
  bool running = false;
  for (size_t i = 1; i < values.size(); ++i) {
    const auto count = static_cast<double>(i + 1);
    if (!running) {
      Kahan next = total;
      next.Add(values[i]);
      if (!std::isinf(next.sum)) {
        total = next;
        continue;
      }
      running = true;
      total.sum /= count - 1;
      total.compensation /= count - 1;
    }
    const double share = (count - 1) / count;
    total.sum *= share;
    total.compensation *= share;
    total.Add(values[i] / count);
  }
  if (running) {
    return total.sum + total.compensation;
  }
  const auto count = static_cast<double>(values.size());
  return total.sum / count + total.compensation / count;
}

double Quantile(double q, std::vector<double> values) {
  if (values.empty() || std::isnan(q)) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (q < 0 || q > 1) {
    return q < 0 ? -std::numeric_limits<double>::infinity()
                 : std::numeric_limits<double>::infinity();
  }
  std::stable_sort(values.begin(), values.end(), [](double a, double b) {
    return std::isnan(a) ? !std::isnan(b) : a < b;  // NaN first
  });
  const double rank = q * (static_cast<double>(values.size()) - 1);
  const auto lower = static_cast<size_t>(std::floor(rank));
  const size_t upper = std::min(values.size() - 1, lower + 1);
  const double weight = rank - std::floor(rank);
  return values[lower] * (1 - weight) + values[upper] * weight;
}

std::string Text(double v) {
  return std::isnan(v) ? "NaN" : fmt::format("{}", v);
}

namespace {

// "d.ddde+xx" with the fewest digits.
std::string ScientificNumber(double v) {
  std::string digits;
  for (int more = 0; digits.empty() || std::strtod(digits.c_str(), nullptr) != v; ++more) {
    digits = fmt::format("{:.{}e}", v, more);
  }
  return digits;
}

std::string NotFinite(double v) {
  return std::isnan(v) ? "NaN" : (v > 0 ? "+Inf" : "-Inf");
}

}  // namespace

std::string PlainNumber(double v) {
  if (!std::isfinite(v)) {
    return NotFinite(v);
  }
  const std::string digits = ScientificNumber(v);
  const size_t e = digits.find('e');
  const int exponent = std::atoi(digits.c_str() + e + 1);
  std::string mantissa = digits.substr(0, e);
  const std::string sign = mantissa[0] == '-' ? "-" : "";
  std::erase_if(mantissa, [](char c) { return c == '-' || c == '.'; });
  const auto point = static_cast<size_t>(std::max(0, exponent) + 1);
  if (exponent < 0) {
    mantissa.insert(0, static_cast<size_t>(-exponent), '0');
  }
  if (mantissa.size() <= point) {
    return sign + mantissa.append(point - mantissa.size(), '0');
  }
  return sign + mantissa.insert(point, ".");
}

std::string ShortNumber(double v) {
  if (!std::isfinite(v)) {
    return NotFinite(v);
  }
  const bool plain = v == 0 || (std::fabs(v) >= 1e-4 && std::fabs(v) < 1e6);
  return plain ? PlainNumber(v) : ScientificNumber(v);
}

namespace {

struct RunningTotal {
  Histogram value;
  Histogram compensation;
  bool has_compensation = false;

  // False if the two cannot be combined.
  bool Add(const Histogram& h, bool* reconciled) {
    if (!has_compensation) {
      compensation = model::CompensationFor(value);
      has_compensation = true;
    }
    const auto outcome = model::KahanAdd(&value, h, &compensation);
    *reconciled = *reconciled || (outcome.ok() && outcome->bounds_reconciled);
    return outcome.ok();
  }
  void Scale(void (*scale)(Histogram*, double), double by) {
    scale(&value, by);
    if (has_compensation) {
      scale(&compensation, by);
    }
  }
};

}  // namespace

HistogramTotal Total(const std::vector<model::HistogramPtr>& histograms, bool mean) {
  HistogramTotal out;
  bool reset = false;
  bool not_reset = false;
  RunningTotal total;
  bool running = false;
  for (const model::HistogramPtr& h : histograms) {
    reset = reset || h->counter_reset_hint == CounterResetHint::kReset;
    not_reset = not_reset || h->counter_reset_hint == CounterResetHint::kNotReset;
    out.combined += 1;
    const auto count = static_cast<double>(out.combined);
    if (out.combined == 1) {
      total.value = *h;
      continue;
    }
    if (mean && !running) {
      RunningTotal next = total;
      if (!next.Add(*h, &out.bounds_reconciled)) {
        return out;
      }
      if (!model::HasOverflow(next.value)) {
        total = std::move(next);
        continue;
      }
      running = true;
      total.Scale(model::Divide, count - 1);
    }
    Histogram summand = *h;
    if (running) {
      total.Scale(model::Multiply, (count - 1) / count);
      model::Divide(&summand, count);
    }
    if (!total.Add(summand, &out.bounds_reconciled)) {
      return out;
    }
  }
  if (mean && !running) {
    total.Scale(model::Divide, static_cast<double>(out.combined));
  }
  if (total.has_compensation) {
    (void)model::Add(&total.value, total.compensation);  // the same kind of buckets
  }
  out.reset_collision = reset && not_reset;
  out.value = std::make_shared<const Histogram>(std::move(total.value));
  return out;
}

}  // namespace sb::promql::oracle
