// SPDX-License-Identifier: Apache-2.0
#include "query/engine/query_context.h"

#include <algorithm>

namespace sb::query {
namespace {

int64_t DeadlineOf(const base::Clock& clock, int64_t timeout_ms) {
  constexpr int64_t kForEverMs = int64_t{1} << 40;
  return timeout_ms <= 0 ? 0 : clock.MonotonicNs() + std::min(timeout_ms, kForEverMs) * 1'000'000;
}

}  // namespace

SampleLease::~SampleLease() {
  if (context_ != nullptr) {
    context_->current_.fetch_sub(samples_, std::memory_order_relaxed);
  }
}

QueryContext::QueryContext(const base::Clock& clock, Options options)
    : clock_(clock),
      options_(std::move(options)),
      deadline_ns_(DeadlineOf(clock, options_.timeout_ms)) {}

base::Status QueryContext::CheckAlive() const {
  if (cancelled_.load(std::memory_order_relaxed)) {
    return base::Cancelled("query was canceled in " + options_.stage);
  }
  if (deadline_ns_ != 0 && clock_.MonotonicNs() >= deadline_ns_) {
    return base::DeadlineExceeded("query timed out in " + options_.stage);
  }
  return base::OkStatus();
}

base::Result<SampleLease> QueryContext::Lease(int64_t samples) {
  const int64_t now = current_.fetch_add(samples, std::memory_order_relaxed) + samples;
  SampleLease lease(this, samples);
  int64_t peak = peak_.load(std::memory_order_relaxed);
  while (now > peak && !peak_.compare_exchange_weak(peak, now, std::memory_order_relaxed)) {
  }
  if (options_.samples_max > 0 && now > options_.samples_max) {
    return TooManySamples();
  }
  return lease;
}

base::Status TooManySamples() {
  return base::ResourceExhausted(
      "query processing would load too many samples into memory in query execution");
}

ErrorKind ErrorKindOf(const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kInvalidArgument:
      return ErrorKind::kBadData;
    case base::StatusCode::kCancelled:
      return ErrorKind::kCanceled;
    case base::StatusCode::kDeadlineExceeded:
      return ErrorKind::kTimeout;
    case base::StatusCode::kUnavailable:
      return ErrorKind::kUnavailable;
    case base::StatusCode::kInternal:
    case base::StatusCode::kDataLoss:
    case base::StatusCode::kUnknown:
      return ErrorKind::kInternal;
    default:
      return ErrorKind::kExecution;
  }
}

std::string_view ErrorKindName(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kBadData:
      return "bad_data";
    case ErrorKind::kExecution:
      return "execution";
    case ErrorKind::kCanceled:
      return "canceled";
    case ErrorKind::kTimeout:
      return "timeout";
    case ErrorKind::kUnavailable:
      return "unavailable";
    case ErrorKind::kInternal:
      break;
  }
  return "internal";
}

}  // namespace sb::query
