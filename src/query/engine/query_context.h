// SPDX-License-Identifier: Apache-2.0
//
// QueryContext is what a running query must obey: its deadline, a request to stop, and its budget
// of samples held in memory at a time. It is the first parameter of whatever may run long.
//
//   QueryContext context(env.clock(), {.timeout_ms = 120'000, .samples_max = 50'000'000});
//   SB_RETURN_IF_ERROR(context.CheckAlive());           // between units of work
//   SB_ASSIGN_OR_RETURN(SampleLease lease, context.Lease(series.size() * steps));
//
// A sample is a float at a time; a histogram counts as many as its bytes are worth (16 each). The
// lease returns its samples when it is destroyed. The errors carry the wording of the reference:
//   kCancelled          query was canceled in …
//   kDeadlineExceeded   query timed out in …
//   kResourceExhausted  query processing would load too many samples into memory in …
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
#include "store/interface/querier.h"

namespace sb::query {

class QueryContext;

// Samples of a budget, held while the object lives. Movable.
class SampleLease {
 public:
  SampleLease() = default;
  SampleLease(SampleLease&& other) noexcept
      : context_(std::exchange(other.context_, nullptr)),
        samples_(std::exchange(other.samples_, 0)) {}
  SampleLease& operator=(SampleLease&& other) noexcept {
    std::swap(context_, other.context_);
    std::swap(samples_, other.samples_);
    return *this;
  }
  ~SampleLease();

  int64_t samples() const { return samples_; }

 private:
  friend class QueryContext;
  SampleLease(QueryContext* context, int64_t samples) : context_(context), samples_(samples) {}
  QueryContext* context_ = nullptr;
  int64_t samples_ = 0;
};

class QueryContext : public store::ReadContext {
 public:
  struct Options {
    int64_t timeout_ms = 120'000;                 // 0: none
    int64_t samples_max = 50'000'000;             // 0: no limit
    std::string stage = "expression evaluation";  // what was going on, for the messages
  };

  // `clock` must outlive the context; the timeout counts from now.
  QueryContext(const base::Clock& clock, Options options);
  QueryContext(const QueryContext&) = delete;
  QueryContext& operator=(const QueryContext&) = delete;

  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  base::Status CheckAlive() const override;

  base::Result<SampleLease> Lease(int64_t samples);
  int64_t peak_samples() const { return peak_.load(std::memory_order_relaxed); }
  int64_t current_samples() const { return current_.load(std::memory_order_relaxed); }
  const base::Clock& clock() const { return clock_; }

 private:
  friend class SampleLease;
  const base::Clock& clock_;
  const Options options_;
  const int64_t deadline_ns_;  // monotonic; 0: none
  std::atomic<bool> cancelled_{false};
  std::atomic<int64_t> current_{0};
  std::atomic<int64_t> peak_{0};
};

// The error of a query that would need more samples than it may hold.
base::Status TooManySamples();

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
