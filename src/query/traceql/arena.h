// SPDX-License-Identifier: Apache-2.0
//
// Arena keeps strings and arrays of values that a query copied out of a store's blocks, until it is
// destroyed. Nothing is freed before. Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstring>
#include <deque>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "query/traceql/value.h"

namespace sb::traceql {

class Arena {
 public:
  std::string_view Copy(std::string_view text) {
    if (text.empty()) {
      return {};
    }
    if (text.size() > left_) {
      const size_t bytes = text.size() > kChunkBytes / 4 ? text.size() : kChunkBytes;
      chunks_.push_back(std::make_unique<char[]>(bytes));
      bytes_ += bytes;
      if (bytes != kChunkBytes) {
        std::memcpy(chunks_.back().get(), text.data(), text.size());
        return {chunks_.back().get(), text.size()};
      }
      at_ = chunks_.back().get();
      left_ = bytes;
    }
    std::memcpy(at_, text.data(), text.size());
    const std::string_view copy(at_, text.size());
    at_ += text.size();
    left_ -= text.size();
    return copy;
  }

  std::span<const Value> Keep(std::vector<Value> values) {
    bytes_ += values.size() * sizeof(Value);
    arrays_.push_back(std::move(values));
    return arrays_.back();
  }

  // With the bytes of strings copied; elements are expected to be kept already.
  Value Copy(const Value& value) {
    Value copy = value;
    copy.text = Copy(value.text);
    return copy;
  }

  size_t bytes() const { return bytes_; }

 private:
  static constexpr size_t kChunkBytes = 64 << 10;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::deque<std::vector<Value>> arrays_;
  char* at_ = nullptr;
  size_t left_ = 0;
  size_t bytes_ = 0;
};

}  // namespace sb::traceql
