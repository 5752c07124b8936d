// SPDX-License-Identifier: Apache-2.0
//
// Context is what travels with a piece of work: the span it belongs to and the baggage it carries.
// Each thread has a current one; work handed to another thread or process takes it along.
//
//   Context here = Context::Current();
//   pool.Post([here] { ContextScope scope(here); … });      // spans started there are children
//
// Threads: a Context is a value; Current() is of the calling thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace signalbox {

struct TraceId {
  std::array<uint8_t, 16> bytes{};
  bool IsValid() const { return bytes != std::array<uint8_t, 16>{}; }
  std::string Hex() const;
  friend bool operator==(const TraceId&, const TraceId&) = default;
};

struct SpanId {
  std::array<uint8_t, 8> bytes{};
  bool IsValid() const { return bytes != std::array<uint8_t, 8>{}; }
  std::string Hex() const;
  friend bool operator==(const SpanId&, const SpanId&) = default;
};

struct SpanContext {
  TraceId trace_id;
  SpanId span_id;
  bool is_sampled = false;
  bool is_remote = false;
  std::string trace_state;
  bool IsValid() const { return trace_id.IsValid() && span_id.IsValid(); }
};

// W3C baggage: few small pairs that every service on the way sees. At most 64 pairs and 8192 bytes,
// the rest is left out.
class Baggage {
 public:
  std::string_view Get(std::string_view key) const;  // "" when absent
  // A copy with the pair set, or removed where `value` is empty.
  Baggage With(std::string_view key, std::string_view value) const;
  bool empty() const { return pairs_.empty(); }
  const std::vector<std::pair<std::string, std::string>>& pairs() const { return pairs_; }

  // The value of a `baggage` header, percent-encoded; what cannot be read is left out.
  static Baggage FromHeader(std::string_view header);
  std::string ToHeader() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

struct Context {
  SpanContext span;
  std::shared_ptr<const Baggage> baggage;  // null: none

  static const Context& Current();
  Context WithBaggage(std::string_view key, std::string_view value) const;
  std::string_view BaggageValue(std::string_view key) const {
    return baggage == nullptr ? std::string_view() : baggage->Get(key);
  }
};

// Makes a context current for its own life, on its thread. Scopes end in the reverse order.
class ContextScope {
 public:
  explicit ContextScope(Context context);
  ~ContextScope();
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;

 private:
  Context previous_;
};

}  // namespace signalbox
