// SPDX-License-Identifier: Apache-2.0
//
// QueryContext is what a running query must obey: its deadline, a request to stop, its budget of
// samples and of bytes held in memory at a time, and the budget of all queries together. It is the
// first parameter of whatever may run long.
//
//   QueryContext context(env.clock(), {.timeout_ms = 120'000, .samples_max = 50'000'000});
//   SB_RETURN_IF_ERROR(context.CheckAlive());           // between units of work
//   SB_ASSIGN_OR_RETURN(SampleLease lease, context.Lease(series.size() * steps));
//   SB_ASSIGN_OR_RETURN(SampleLease lease, context.LeaseBytes(list.size() * sizeof(list[0])));
//
// A sample is a float at a time, 16 bytes; a histogram counts as many as its bytes are worth. The
// lease returns what it holds when it is destroyed. The errors begin with the wording of the
// reference and say what to do:
//   kCancelled          query was canceled in …
//   kDeadlineExceeded   query timed out in …
//   kResourceExhausted  query processing would load too many samples into memory in …
//                       query would hold more than … bytes of memory …
//   kUnavailable        all queries together would hold more than … bytes of memory …
//
// Threads: safe for concurrent use; Cancel() may come from any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/env.h"
#include "base/status.h"
#include "query/engine/memory_budget.h"
#include "store/interface/querier.h"

namespace sb::query {

class QueryContext;

inline constexpr int64_t kSampleBytes = 16;

// Samples and bytes of a budget, held while the object lives. Movable.
class SampleLease {
 public:
  SampleLease() = default;
  SampleLease(SampleLease&& other) noexcept
      : context_(std::exchange(other.context_, nullptr)),
        samples_(std::exchange(other.samples_, 0)),
        bytes_(std::exchange(other.bytes_, 0)) {}
  SampleLease& operator=(SampleLease&& other) noexcept {
    std::swap(context_, other.context_);
    std::swap(samples_, other.samples_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~SampleLease();

  int64_t samples() const { return samples_; }

 private:
  friend class QueryContext;
  SampleLease(QueryContext* context, int64_t samples, int64_t bytes)
      : context_(context), samples_(samples), bytes_(bytes) {}
  QueryContext* context_ = nullptr;
  int64_t samples_ = 0;
  int64_t bytes_ = 0;
};

class QueryContext : public store::ReadContext {
 public:
  struct Options {
    int64_t timeout_ms = 120'000;                 // 0: none
    int64_t samples_max = 50'000'000;             // 0: no limit
    std::string stage = "expression evaluation";  // what was going on, for the messages
    int64_t bytes_max = 0;                        // 0: no limit of its own
    MemoryBudget* maybe_budget = nullptr;         // of all queries; must outlive the context
    MemoryBudget::Rank rank = MemoryBudget::Rank::kOrdinary;
  };

  // `clock` must outlive the context; the timeout counts from now.
  QueryContext(const base::Clock& clock, Options options);
  QueryContext(const QueryContext&) = delete;
  QueryContext& operator=(const QueryContext&) = delete;

  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  base::Status CheckAlive() const override;

  base::Result<SampleLease> Lease(int64_t samples);
  // What is no sample: lists of series, replies.
  base::Result<SampleLease> LeaseBytes(int64_t bytes);
  int64_t peak_samples() const { return peak_.load(std::memory_order_relaxed); }
  int64_t current_samples() const { return current_.load(std::memory_order_relaxed); }
  int64_t current_bytes() const { return bytes_.load(std::memory_order_relaxed); }
  int64_t peak_bytes() const { return peak_bytes_.load(std::memory_order_relaxed); }
  const base::Clock& clock() const { return clock_; }

 private:
  friend class SampleLease;
  base::Status ChargeBytes(int64_t bytes);

  const base::Clock& clock_;
  const Options options_;
  const int64_t deadline_ns_;  // monotonic; 0: none
  std::atomic<bool> cancelled_{false};
  std::atomic<int64_t> current_{0};
  std::atomic<int64_t> peak_{0};
  std::atomic<int64_t> bytes_{0};
  std::atomic<int64_t> peak_bytes_{0};
};

// The error of a query that would need more samples than it may hold; 0: than can be counted.
base::Status TooManySamples(int64_t samples_max = 0);

// What an error of a query is to its caller, in the words of the HTTP API.
enum class ErrorKind : uint8_t {
  kBadData,
  kExecution,
  kCanceled,
  kTimeout,
  kInternal,
  kUnavailable
};
ErrorKind ErrorKindOf(const base::Status& status);
std::string_view ErrorKindName(ErrorKind kind);  // "bad_data", "execution", …

}  // namespace sb::query
