// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/tail_sampler.h"

#include <utility>

namespace sb::ingest {

TailSampler::TailSampler(Options options, std::vector<TailPolicy> policies, SpanSink* next,
                         const base::Clock* clock, LossCounters* losses)
    : options_(options),
      policies_(std::move(policies)),
      next_(next),
      clock_(clock),
      losses_(losses) {}

size_t TailSampler::waiting_count() const {
  const base::MutexLock lock(mutex_);
  return waiting_.size();
}

void TailSampler::Split(TraceRecord record,
                        std::unordered_map<std::string, TraceRecord>* traces) const {
  for (ResourceRecord& resource : record.resources) {
    for (ScopeRecord& scope : resource.scopes) {
      for (SpanRecord& span : scope.spans) {
        if (span.trace_id.empty()) {
          continue;  // no span that anything could be decided about
        }
        TraceRecord& trace = (*traces)[span.trace_id];
        if (trace.resources.empty() || trace.resources.back().scopes.back().name != scope.name ||
            trace.resources.back().schema_url != resource.schema_url ||
            trace.resources.back().attributes.size() != resource.attributes.size()) {
          trace.resources.push_back({resource.schema_url, resource.attributes, {}});
          trace.resources.back().scopes.push_back(
              {scope.name, scope.version, scope.schema_url, scope.attributes, {}});
        }
        trace.resources.back().scopes.back().spans.push_back(std::move(span));
      }
    }
  }
}

SpanWriteResult TailSampler::Write(std::string_view request) {
  TraceRecord record;
  const base::Status read = ReadTraceRecord(request, &record);
  if (!read.ok()) {
    return {base::InvalidArgument(std::string(read.message())), 0, 0, ""};
  }
  SpanWriteResult result;
  result.accepted = record.SpanCount();
  std::unordered_map<std::string, TraceRecord> traces;
  // Resources of one request are told apart by where they stand, so each is split by itself.
  std::unordered_map<std::string, std::string> requests;
  std::unordered_map<std::string, size_t> counts;
  for (ResourceRecord& resource : record.resources) {
    TraceRecord one;
    one.resources.push_back(std::move(resource));
    traces.clear();
    Split(std::move(one), &traces);
    for (const auto& [trace_id, trace] : traces) {
      requests[trace_id] += WriteTraceRecord(trace);
      counts[trace_id] += trace.SpanCount();
    }
  }
  std::string late;
  uint64_t late_dropped = 0;
  const int64_t deadline_ns = clock_->MonotonicNs() + options_.wait_ms * 1'000'000;
  {
    const base::MutexLock lock(mutex_);
    for (auto& [trace_id, bytes] : requests) {
      if (const auto decided = decisions_.find(trace_id); decided != decisions_.end()) {
        late += decided->second ? bytes : "";
        late_dropped += decided->second ? 0 : counts[trace_id];
        continue;
      }
      const auto [at, is_new] = waiting_.try_emplace(trace_id);
      at->second.request += bytes;
      at->second.spans += counts[trace_id];
      if (is_new) {
        deadlines_.emplace_back(deadline_ns, trace_id);
      }
    }
  }
  losses_->Add(LossReason::kSpanSampledOut, late_dropped);
  return late.empty() ? result : next_->Write(late);
}

void TailSampler::Remember(const std::string& trace_id, bool keeps) {
  const base::MutexLock lock(mutex_);
  if (!decisions_.emplace(trace_id, keeps).second) {
    return;
  }
  decision_order_.push_back(trace_id);
  while (decision_order_.size() > options_.decisions_max) {
    decisions_.erase(decision_order_.front());
    decision_order_.pop_front();
  }
}

bool TailSampler::Decide(const Due& due) {
  TraceRecord trace;
  // It was written by this program.
  const bool keeps = ReadTraceRecord(due.waiting.request, &trace).ok() &&
                     KeepsTrace(policies_, trace, clock_->Now().Value());
  if (keeps && next_->Write(due.waiting.request).status.code() == base::StatusCode::kUnavailable) {
    return false;
  }
  Remember(due.trace_id, keeps);
  losses_->Add(LossReason::kSpanSampledOut, keeps ? 0 : due.waiting.spans);
  return true;
}

void TailSampler::DecideUntil(int64_t deadline_ns) {
  for (;;) {
    Due due;
    {
      const base::MutexLock lock(mutex_);
      const bool overflows = waiting_.size() > options_.traces_max;
      if (deadlines_.empty() || (deadlines_.front().first > deadline_ns && !overflows)) {
        return;
      }
      if (deadlines_.front().first > deadline_ns) {
        losses_->Add(LossReason::kSpanSamplingOverflow, waiting_[deadlines_.front().second].spans);
      }
      due.trace_id = std::move(deadlines_.front().second);
      deadlines_.pop_front();
      due.waiting = std::move(waiting_.extract(due.trace_id).mapped());
    }
    if (Decide(due)) {
      continue;
    }
    const base::MutexLock lock(mutex_);
    Waiting& again = waiting_[due.trace_id];
    again.request.insert(0, due.waiting.request);
    again.spans += due.waiting.spans;
    deadlines_.emplace_back(clock_->MonotonicNs() + options_.wait_ms * 1'000'000, due.trace_id);
    return;  // the store will not take the others either
  }
}

void TailSampler::Tick() {
  DecideUntil(clock_->MonotonicNs());
}

void TailSampler::DecideAll() {
  DecideUntil(INT64_MAX);
}

}  // namespace sb::ingest
