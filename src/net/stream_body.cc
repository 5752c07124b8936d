// SPDX-License-Identifier: Apache-2.0
#include "net/stream_body.h"

#include <utility>

namespace sb::net {

base::Result<std::string> StreamBody::Read() {
  std::string bytes;
  {
    const base::MutexLock lock(mutex_);
    while (buffer_.empty() && !is_done_) {
      changed_.Wait(mutex_);
    }
    if (buffer_.empty()) {
      if (!error_.ok()) {
        return error_;
      }
      return std::string();
    }
    bytes = std::exchange(buffer_, std::string());
  }
  on_consumed_(bytes.size());
  return bytes;
}

Headers StreamBody::trailers() {
  const base::MutexLock lock(mutex_);
  return trailers_;
}

void StreamBody::Push(std::string_view bytes) {
  const base::MutexLock lock(mutex_);
  if (!is_done_) {
    buffer_.append(bytes);
    changed_.NotifyAll();
  }
}

void StreamBody::Finish(Headers trailers) {
  const base::MutexLock lock(mutex_);
  if (!is_done_) {
    is_done_ = true;
    trailers_ = std::move(trailers);
    changed_.NotifyAll();
  }
}

void StreamBody::Fail(base::Status status) {
  const base::MutexLock lock(mutex_);
  if (!is_done_) {
    is_done_ = true;
    error_ = std::move(status);
    changed_.NotifyAll();
  }
}

size_t StreamBody::buffered_bytes() const {
  const base::MutexLock lock(mutex_);
  return buffer_.size();
}

}  // namespace sb::net
