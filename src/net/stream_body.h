// SPDX-License-Identifier: Apache-2.0
//
// The queue behind BodyReader: the session pushes what arrives, the handler takes it. Bounded by
// the session, which stops reading (HTTP/1.1) or grants no window (HTTP/2) until the handler has
// read.
//
// Threads: safe for one reader and one writer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/mutex.h"
#include "net/response_writer.h"

namespace sb::net {

class StreamBody : public BodyReader {
 public:
  // `on_consumed` is called on the reader's thread after each Read() that took bytes.
  explicit StreamBody(std::function<void(size_t)> on_consumed)
      : on_consumed_(std::move(on_consumed)) {}

  base::Result<std::string> Read() override;
  Headers trailers() override;

  void Push(std::string_view bytes);
  void Finish(Headers trailers);
  // What was pushed before is still read; then comes the error. Later calls change nothing.
  void Fail(base::Status status);
  size_t buffered_bytes() const;

 private:
  const std::function<void(size_t)> on_consumed_;
  mutable base::Mutex mutex_;
  base::CondVar changed_;
  std::string buffer_ SB_GUARDED_BY(mutex_);
  bool is_done_ SB_GUARDED_BY(mutex_) = false;
  base::Status error_ SB_GUARDED_BY(mutex_);
  Headers trailers_ SB_GUARDED_BY(mutex_);
};

}  // namespace sb::net
