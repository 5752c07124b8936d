// SPDX-License-Identifier: Apache-2.0
//
// Status and Result<T>: how a function says that something outside of the program went wrong.
//
// Codes have one meaning each, the canonical ones of gRPC, so that every façade has one table that
// turns them into replies. A function that cannot fail returns no Status; a bug of ours is an
// SB_CHECK, not a Status. The offending value stands last in the message.
//
//   base::Result<Config> config = LoadConfig(path);
//   if (!config.ok()) return config.status();
//
//   SB_RETURN_IF_ERROR(wal.Sync());
//   SB_ASSIGN_OR_RETURN(Block block, Block::Open(env, path));
//
// A Status is one pointer wide and null when OK, so that the good path costs nothing. The header is
// light on purpose: every translation unit includes it (docs/decisions/0002-own-status.md).
//
// Threads: values; distinct objects are independent.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace sb::base {

enum class StatusCode : int {
  kOk = 0,
  kCancelled = 1,           // the caller went away
  kUnknown = 2,
  kInvalidArgument = 3,     // the caller's fault
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,       // duplicate
  kPermissionDenied = 7,
  kResourceExhausted = 8,   // a limit was reached
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,         // too old, too far in the future
  kUnimplemented = 12,
  kInternal = 13,           // a bug of ours that could be contained
  kUnavailable = 14,        // try again later
  kDataLoss = 15,           // corrupt bytes
  kUnauthenticated = 16,
};

// The code's name in the spelling of the gRPC documentation, such as "INVALID_ARGUMENT".
std::string_view StatusCodeName(StatusCode code);

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message);
  Status(const Status& other);
  Status& operator=(const Status& other);
  Status(Status&&) noexcept = default;
  Status& operator=(Status&&) noexcept = default;

  bool ok() const { return rep_ == nullptr; }
  StatusCode code() const { return rep_ ? rep_->code : StatusCode::kOk; }
  std::string_view message() const { return rep_ ? std::string_view(rep_->message) : ""; }
  // "OK", or "INVALID_ARGUMENT: message".
  std::string ToString() const;
  // The same code with `prefix` and ": " before the message; OK stays OK.
  Status WithPrefix(std::string_view prefix) const;

  friend bool operator==(const Status& a, const Status& b) {
    return a.code() == b.code() && a.message() == b.message();
  }

 private:
  struct Rep {
    StatusCode code;
    std::string message;
  };
  std::unique_ptr<Rep> rep_;
};

inline Status OkStatus() {
  return Status();
}

Status Cancelled(std::string message);
Status InvalidArgument(std::string message);
Status DeadlineExceeded(std::string message);
Status NotFound(std::string message);
Status AlreadyExists(std::string message);
Status PermissionDenied(std::string message);
Status ResourceExhausted(std::string message);
Status FailedPrecondition(std::string message);
Status Aborted(std::string message);
Status OutOfRange(std::string message);
Status Unimplemented(std::string message);
Status Internal(std::string message);
Status Unavailable(std::string message);
Status DataLoss(std::string message);
Status Unauthenticated(std::string message);

// A value, or the reason why there is none. To read the value of a failed Result is an SB_CHECK.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(Status status) : status_(std::move(status)) {  // NOLINT(google-explicit-constructor)
    SB_CHECK(!status_.ok());
  }
  Result(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor)
  template <typename U>
    requires(std::is_convertible_v<U &&, T> && !std::is_same_v<std::remove_cvref_t<U>, T> &&
             !std::is_same_v<std::remove_cvref_t<U>, Status> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result>)
  Result(U&& value)  // NOLINT(google-explicit-constructor)
      : value_(std::forward<U>(value)) {}

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  const T& value() const& {
    CheckValue();
    return *value_;
  }
  T& value() & {
    CheckValue();
    return *value_;
  }
  T&& value() && {
    CheckValue();
    return *std::move(value_);
  }
  const T& operator*() const& { return value(); }
  T& operator*() & { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  const T* operator->() const { return &value(); }
  T* operator->() { return &value(); }

 private:
  void CheckValue() const {
    if (!value_.has_value()) {
      CheckFailed("Result has a value", __FILE__, __LINE__, status_.ToString());
    }
  }

  Status status_;
  std::optional<T> value_;
};

}  // namespace sb::base

#define SB_CONCAT_INNER(a, b) a##b
#define SB_CONCAT(a, b) SB_CONCAT_INNER(a, b)

#define SB_RETURN_IF_ERROR(expr)                             \
  do {                                                       \
    if (::sb::base::Status sb_status_ = (expr); !sb_status_.ok()) { \
      return sb_status_;                                     \
    }                                                        \
  } while (false)

#define SB_ASSIGN_OR_RETURN(lhs, expr) \
  SB_ASSIGN_OR_RETURN_IMPL(SB_CONCAT(sb_result_, __LINE__), lhs, expr)
#define SB_ASSIGN_OR_RETURN_IMPL(result, lhs, expr) \
  auto result = (expr);                             \
  if (!result.ok()) {                               \
    return result.status();                         \
  }                                                 \
  lhs = std::move(result).value()
