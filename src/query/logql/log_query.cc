// SPDX-License-Identifier: Apache-2.0
#include "query/logql/log_query.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <unordered_map>

#include "query/logql/event_rows.h"
#include "query/logql/pipeline.h"
#include "query/logql/scan_columns.h"
#include "query/logql/scan_plan.h"

namespace sb::logql {
namespace {

// A line that may be part of the answer.
struct Candidate {
  int64_t time_ns = 0;
  uint64_t order = 0;  // in which it was read
  model::LabelSet labels;
  model::LabelSet stream;
  LogEntry entry;
};

class LogQueryRun {
 public:
  LogQueryRun(query::QueryContext& context, const LogQueryOptions& options)
      : context_(context), options_(options) {}

  base::Status Run(const store::EventReader& reader, const LogExpr& log, ReadStats* stats) {
    ScanPlan plan = PlanScan(log);
    SB_ASSIGN_OR_RETURN(pipeline_, Pipeline::Compile(plan.stages, {.now_ns = options_.now_ns}));
    store::EventScanOptions scan_options;
    scan_options.range = {options_.start_ns, options_.end_ns};
    scan_options.matchers = std::move(plan.matchers);
    scan_options.filter = std::move(plan.filter);
    scan_options.columns = ColumnsFor(nullptr, LineUse::kText);
    AddIdColumns(plan.ids, &scan_options.columns);
    scan_options.order = Backward() ? store::ScanOrder::kNewestFirst
                                    : store::ScanOrder::kOldestFirst;
    SB_ASSIGN_OR_RETURN(const std::unique_ptr<store::EventScan> scan,
                        reader.Scan(context_, std::move(scan_options)));
    EventRows rows(*scan, plan.ids);
    for (;;) {
      SB_RETURN_IF_ERROR(context_.CheckAlive());
      SB_ASSIGN_OR_RETURN(const store::EventBlock* block, scan->Next());
      if (block == nullptr) {
        break;
      }
      rows.Bind(*block);
      SB_RETURN_IF_ERROR(ReadBlock(*block, &rows));
      // The bound is of the blocks behind this one: only now does it say that they are not needed.
      if (IsBeyond(block->bound_ns())) {
        break;
      }
    }
    stats->Add(*scan);
    return base::OkStatus();
  }

  LogAnswer Finish() {
    std::sort(kept_.begin(), kept_.end(), [this](const Candidate& a, const Candidate& b) {
      return Before(a, b);
    });
    LogAnswer answer;
    std::unordered_map<model::LabelSet, size_t, model::LabelSetHash> by_labels;
    for (Candidate& candidate : kept_) {
      if (answer.entries >= options_.limit) {
        break;
      }
      const auto [found, is_new] = by_labels.emplace(candidate.labels, answer.streams.size());
      if (is_new) {
        answer.streams.push_back({candidate.labels, candidate.stream, {}});
      }
      std::vector<LogEntry>& entries = answer.streams[found->second].entries;
      if (options_.interval_ns > 0 && !entries.empty() &&
          std::abs(entries.back().time_ns - candidate.time_ns) < options_.interval_ns) {
        continue;
      }
      entries.push_back(std::move(candidate.entry));
      ++answer.entries;
    }
    return answer;
  }

 private:
  bool Backward() const { return options_.direction == Direction::kBackward; }

  // The order of the answer.
  bool Before(const Candidate& a, const Candidate& b) const {
    if (a.time_ns != b.time_ns) {
      return Backward() ? a.time_ns > b.time_ns : a.time_ns < b.time_ns;
    }
    return a.order < b.order;
  }

  bool IsFull() const { return options_.interval_ns == 0 && kept_.size() >= options_.limit; }

  // Whether a line of this time cannot get in any more: the heap's front is the last one in.
  bool IsTooLate(int64_t time_ns) const {
    return IsFull() && (Backward() ? time_ns <= kept_.front().time_ns
                                   : time_ns >= kept_.front().time_ns);
  }

  // Whether all that is to come lies behind the answer.
  bool IsBeyond(int64_t bound_ns) const { return IsFull() && IsTooLate(bound_ns); }

  base::Status ReadBlock(const store::EventBlock& block, EventRows* rows) {
    const auto times = block.times();
    row_order_.resize(block.row_count());
    std::iota(row_order_.begin(), row_order_.end(), 0U);
    std::stable_sort(row_order_.begin(), row_order_.end(), [&](uint32_t a, uint32_t b) {
      return Backward() ? times[a] > times[b] : times[a] < times[b];
    });
    for (const uint32_t row : row_order_) {
      if (IsTooLate(times[row])) {
        break;  // and so are those behind it
      }
      rows->Load(row, &line_);
      if (pipeline_.Run(&line_)) {
        SB_RETURN_IF_ERROR(Keep());
      }
    }
    return base::OkStatus();
  }

  base::Status Keep() {
    Candidate candidate;
    candidate.time_ns = line_.time_ns;
    candidate.order = order_++;
    candidate.entry = EntryOf(line_, &candidate.labels, &candidate.stream);
    unleased_ += static_cast<int64_t>((candidate.entry.line.size() + 200) / 16);
    if (unleased_ > 1 << 16) {
      SB_ASSIGN_OR_RETURN(query::SampleLease lease, context_.Lease(unleased_));
      leases_.push_back(std::move(lease));
      unleased_ = 0;
      SB_RETURN_IF_ERROR(context_.CheckAlive());
    }
    const auto before = [this](const Candidate& a, const Candidate& b) { return Before(a, b); };
    if (IsFull()) {
      std::pop_heap(kept_.begin(), kept_.end(), before);
      kept_.pop_back();
    }
    kept_.push_back(std::move(candidate));
    std::push_heap(kept_.begin(), kept_.end(), before);
    return base::OkStatus();
  }

  query::QueryContext& context_;
  const LogQueryOptions options_;
  Pipeline pipeline_;
  LogLine line_;
  std::vector<uint32_t> row_order_;
  std::vector<Candidate> kept_;  // a heap whose front is the last in the order of the answer
  uint64_t order_ = 0;
  int64_t unleased_ = 0;
  std::vector<query::SampleLease> leases_;
};

}  // namespace

LogEntry EntryOf(const LogLine& line, model::LabelSet* labels, model::LabelSet* stream) {
  LogEntry entry;
  entry.time_ns = line.time_ns;
  entry.line = std::string(line.text);
  std::vector<model::Label> of_stream;
  for (const LineLabels::Entry& label : line.labels.entries()) {
    if (label.value.empty()) {
      continue;
    }
    switch (label.origin) {
      case LabelOrigin::kStream:
        of_stream.push_back({label.name, label.value});
        break;
      case LabelOrigin::kMetadata:
        entry.metadata.emplace_back(label.name, label.value);
        break;
      case LabelOrigin::kParsed:
        entry.parsed.emplace_back(label.name, label.value);
        break;
    }
  }
  if (line.labels.has_error()) {
    entry.parsed.emplace_back(kErrorLabel, line.labels.error());
  }
  if (!line.labels.error_details().empty()) {
    entry.parsed.emplace_back(kErrorDetailsLabel, line.labels.error_details());
  }
  std::sort(entry.metadata.begin(), entry.metadata.end());
  std::sort(entry.parsed.begin(), entry.parsed.end());
  *stream = model::LabelSet::FromLabels(of_stream);
  std::vector<model::Label> all;
  line.labels.AppendSorted(&all);
  *labels = model::LabelSet::FromLabels(std::move(all));
  return entry;
}

base::Result<LogAnswer> RunLogQuery(query::QueryContext& context,
                                    const store::EventReader& reader, const LogExpr& log,
                                    const LogQueryOptions& options, ReadStats* stats) {
  if (options.limit == 0 || options.start_ns >= options.end_ns) {
    return LogAnswer();
  }
  LogQueryRun run(context, options);
  SB_RETURN_IF_ERROR(run.Run(reader, log, stats));
  LogAnswer answer = run.Finish();
  stats->entries += answer.entries;
  return answer;
}

}  // namespace sb::logql
