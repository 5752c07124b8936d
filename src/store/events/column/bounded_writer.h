// SPDX-License-Identifier: Apache-2.0
//
// BoundedWriter fills a string of a size that is known beforehand, piece by piece and fast: the
// inner loop of putting lines together. What does not fit is left out, and Finish() then says so.
//
//   BoundedWriter out(&text, size);
//   out.Append("GET /users/"); out.AppendNumber(17);
//   if (!out.Finish()) …damaged…
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "store/events/column/line_template.h"

namespace sb::events {

class BoundedWriter {
 public:
  // AppendPadded may read, but not use, so many bytes after its text.
  static constexpr size_t kPadding = 32;

  BoundedWriter(std::string* out, size_t size) : out_(out), size_(size) {
    out_->resize(size + kPadding);
    at_ = out_->data();
    end_ = at_ + size;
  }

  void Append(std::string_view text) {
    if (Fits(text.size())) {
      std::memcpy(at_, text.data(), text.size());
      at_ += text.size();
    }
  }
  void AppendPadded(std::string_view text) {
    if (text.size() > kPadding) {
      Append(text);
    } else if (Fits(text.size())) {
      std::memcpy(at_, text.data(), kPadding);
      at_ += text.size();
    }
  }
  void AppendNumber(uint64_t number);
  // The low `count` (at most 19) decimal digits, with leading zeros.
  void AppendDigits(uint64_t number, size_t count);
  // Two hex digits for each of `count` bytes.
  void AppendHex(const char* bytes, size_t count);
  void AppendTime(int64_t time_ns, int64_t distance, TimeForm form) {
    char text[kTimeBytesMax];
    const size_t size = FormatTime(time_ns, distance, form, text, &date_);
    Append({text, size});
  }

  // True if exactly `size` bytes were written.
  bool Finish() {
    const bool whole = !overflow_ && at_ == end_;
    out_->resize(size_);
    return whole;
  }

 private:
  bool Fits(size_t count) {
    if (count > static_cast<size_t>(end_ - at_)) [[unlikely]] {
      overflow_ = true;
      return false;
    }
    return true;
  }

  std::string* out_;
  const size_t size_;
  char* at_ = nullptr;
  char* end_ = nullptr;
  bool overflow_ = false;
  WrittenDate date_;
};

}  // namespace sb::events
