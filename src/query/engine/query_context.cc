// SPDX-License-Identifier: Apache-2.0
#include "query/engine/query_context.h"

#include <fmt/format.h>

#include <algorithm>

namespace sb::query {
namespace {

int64_t DeadlineOf(const base::Clock& clock, int64_t timeout_ms) {
  constexpr int64_t kForEverMs = int64_t{1} << 40;
  return timeout_ms <= 0 ? 0 : clock.MonotonicNs() + std::min(timeout_ms, kForEverMs) * 1'000'000;
}

void RaiseTo(int64_t value, std::atomic<int64_t>* peak) {
  int64_t seen = peak->load(std::memory_order_relaxed);
  while (value > seen && !peak->compare_exchange_weak(seen, value, std::memory_order_relaxed)) {
  }
}

}  // namespace

SampleLease::~SampleLease() {
  if (context_ == nullptr) {
    return;
  }
  context_->current_.fetch_sub(samples_, std::memory_order_relaxed);
  context_->bytes_.fetch_sub(bytes_, std::memory_order_relaxed);
  if (context_->options_.maybe_budget != nullptr) {
    context_->options_.maybe_budget->Return(bytes_);
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
  RaiseTo(now, &peak_);
  SampleLease lease(this, samples, 0);
  if (options_.samples_max > 0 && now > options_.samples_max) {
    return TooManySamples(options_.samples_max);
  }
  const int64_t bytes = samples * kSampleBytes;
  SB_RETURN_IF_ERROR(ChargeBytes(bytes));
  lease.bytes_ = bytes;
  return lease;
}

base::Result<SampleLease> QueryContext::LeaseBytes(int64_t bytes) {
  SB_RETURN_IF_ERROR(ChargeBytes(bytes));
  return SampleLease(this, 0, bytes);
}

base::Status QueryContext::ChargeBytes(int64_t bytes) {
  const int64_t now = bytes_.fetch_add(bytes, std::memory_order_relaxed) + bytes;
  if (options_.bytes_max > 0 && now > options_.bytes_max) {
    bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return base::ResourceExhausted(
        fmt::format("query would hold more than {} bytes of memory: select fewer series, a shorter "
                    "range or a larger step, or raise query.memory_max",
                    options_.bytes_max));
  }
  if (options_.maybe_budget != nullptr &&
      !options_.maybe_budget->Charge(bytes, options_.rank)) {
    bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    return base::Unavailable(
        fmt::format("all queries together would hold more than {} bytes of memory: ask again "
                    "later, select less, or raise query.memory_total",
                    options_.maybe_budget->bytes_max()));
  }
  RaiseTo(now, &peak_bytes_);
  return base::OkStatus();
}

base::Status TooManySamples(int64_t samples_max) {
  std::string message =
      "query processing would load too many samples into memory in query execution";
  if (samples_max > 0) {
    message += fmt::format(
        ": more than {} at a time; select fewer series, a shorter range or a larger step, or raise "
        "query.samples_max",
        samples_max);
  }
  return base::ResourceExhausted(std::move(message));
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
