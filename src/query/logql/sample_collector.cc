// SPDX-License-Identifier: Apache-2.0
#include "query/logql/sample_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace sb::logql {
namespace {

constexpr int64_t kLeaseStep = 1 << 16;

void AppendKeyPart(std::string_view text, std::string* key) {
  const auto size = static_cast<uint32_t>(text.size());
  key->append(reinterpret_cast<const char*>(&size), sizeof(size));
  key->append(text);
}

bool IsPerSecond(RangeOp op) {
  return op == RangeOp::kRate || op == RangeOp::kBytesRate;
}

}  // namespace

bool SampleCollector::counts() const {
  switch (expr_.op) {
    case RangeOp::kCount:
    case RangeOp::kBytes:
    case RangeOp::kBytesRate:
    case RangeOp::kAbsent:
      return true;
    case RangeOp::kRate:
      return !expr_.unwrap.has_value();
    default:
      return false;
  }
}

base::Result<uint32_t> SampleCollector::SeriesOf(const std::vector<model::Label>& labels) {
  key_.clear();
  for (const model::Label& label : labels) {
    AppendKeyPart(label.name, &key_);
    AppendKeyPart(label.value, &key_);
  }
  if (const auto found = by_key_.find(std::string_view(key_)); found != by_key_.end()) {
    return found->second;
  }
  if (series_.size() >= series_max_) {
    return base::ResourceExhausted(fmt::format(
        "maximum number of series ({}) reached for a single query; consider reducing query "
        "cardinality by adding more specific stream selectors, reducing the time range, or "
        "aggregating results with functions like sum(), count() or topk()",
        series_max_));
  }
  Series series;
  series.labels = model::LabelSet::FromSorted(labels.data(), labels.size());
  if (counts()) {
    SB_ASSIGN_OR_RETURN(query::SampleLease lease,
                        context_.Lease(2 * static_cast<int64_t>(grid_.count + 1)));
    leases_.push_back(std::move(lease));
    series.changes.resize(grid_.count + 1);
    series.presence.resize(grid_.count + 1);
  }
  const auto index = static_cast<uint32_t>(series_.size());
  series_.push_back(std::move(series));
  by_key_.emplace(key_, index);
  return index;
}

base::Status SampleCollector::Add(uint32_t series, const StepSpan& steps, int64_t time_ns,
                                  double value) {
  Series& s = series_[series];
  if (!s.changes.empty()) {
    const auto whole = static_cast<int64_t>(value);
    s.changes[steps.first] += whole;
    s.changes[steps.end] -= whole;
    ++s.presence[steps.first];
    --s.presence[steps.end];
    return base::OkStatus();
  }
  s.samples.push_back({time_ns, value});
  if (++unleased_ == kLeaseStep) {
    SB_ASSIGN_OR_RETURN(query::SampleLease lease, context_.Lease(unleased_));
    leases_.push_back(std::move(lease));
    unleased_ = 0;
    return context_.CheckAlive();
  }
  return base::OkStatus();
}

base::Result<query::StepVector> SampleCollector::FinishCounts() {
  query::StepVector rows;
  const double seconds = static_cast<double>(expr_.range_ns) / 1e9;
  for (Series& s : series_) {
    query::StepSeries row(std::move(s.labels), grid_.count);
    int64_t sum = 0;
    int64_t lines = 0;
    for (size_t step = 0; step < grid_.count; ++step) {
      sum += s.changes[step];
      lines += s.presence[step];
      if (lines > 0) {
        const auto value = static_cast<double>(sum);
        row.SetFloat(step, IsPerSecond(expr_.op) ? value / seconds : value);
      }
    }
    s.changes = {};
    s.presence = {};
    rows.series.push_back(std::move(row));
  }
  return rows;
}

base::Result<query::StepVector> SampleCollector::FinishSamples() {
  query::StepVector rows;
  for (Series& s : series_) {
    SB_RETURN_IF_ERROR(context_.CheckAlive());
    const auto older = [](const LineSample& a, const LineSample& b) {
      return a.time_ns < b.time_ns;
    };
    if (!std::is_sorted(s.samples.begin(), s.samples.end(), older)) {
      std::stable_sort(s.samples.begin(), s.samples.end(), older);
    }
    query::StepSeries row(std::move(s.labels), grid_.count);
    size_t first = 0;
    size_t end = 0;
    for (size_t step = 0; step < grid_.count; ++step) {
      const int64_t to = grid_.At(step);
      const int64_t from = to - expr_.range_ns;
      while (end < s.samples.size() && s.samples[end].time_ns <= to) {
        ++end;
      }
      while (first < end && s.samples[first].time_ns <= from) {
        ++first;
      }
      if (first < end) {
        row.SetFloat(step, WindowValue(expr_.op, expr_.parameter.value_or(0), expr_.range_ns, to,
                                       std::span(s.samples).subspan(first, end - first)));
      }
    }
    s.samples = {};
    rows.series.push_back(std::move(row));
  }
  return rows;
}

base::Result<query::StepVector> SampleCollector::FinishAbsent() {
  std::vector<int64_t> lines(grid_.count + 1);
  for (const Series& s : series_) {
    for (size_t step = 0; step < grid_.count; ++step) {
      lines[step] += s.presence[step];
    }
  }
  query::StepVector rows;
  query::StepSeries row(AbsentLabels(expr_.log->matchers), grid_.count);
  int64_t present = 0;
  for (size_t step = 0; step < grid_.count; ++step) {
    present += lines[step];
    if (present == 0) {
      row.SetFloat(step, 1);
    }
  }
  rows.series.push_back(std::move(row));
  return rows;
}

base::Result<query::StepVector> SampleCollector::Finish() {
  base::Result<query::StepVector> rows = expr_.op == RangeOp::kAbsent ? FinishAbsent()
                                         : counts()                  ? FinishCounts()
                                                                     : FinishSamples();
  SB_RETURN_IF_ERROR(rows.status());
  leases_.clear();
  std::erase_if(rows->series, [](const query::StepSeries& row) { return row.AllAbsent(); });
  std::sort(rows->series.begin(), rows->series.end(),
            [](const query::StepSeries& a, const query::StepSeries& b) {
              return a.labels < b.labels;
            });
  SB_RETURN_IF_ERROR(rows->Charge(context_));
  return rows;
}

model::LabelSet AbsentLabels(const std::vector<model::Matcher>& matchers) {
  std::map<std::string, int> uses;
  for (const model::Matcher& matcher : matchers) {
    ++uses[matcher.name()];
  }
  model::LabelSetBuilder labels;
  for (const model::Matcher& matcher : matchers) {
    if (matcher.type() == model::MatchType::kEqual && uses[matcher.name()] == 1) {
      labels.Set(matcher.name(), matcher.value());
    }
  }
  return labels.Build();
}

}  // namespace sb::logql
