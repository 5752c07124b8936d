// SPDX-License-Identifier: Apache-2.0
//
// Span is one piece of work with a beginning and an end. It ends when End() is called or it goes
// out of scope. Every call on a span that is not recorded costs next to nothing and does nothing.
//
//   Span span = tracer.StartSpan("charge card", {.kind = SpanKind::kClient});
//   span.Set("payment.provider", "visa");
//   if (failed) span.RecordError("card declined");
//
//   ActiveSpan span(tracer, "handle request");      // also the parent of spans started below
//
// Limits: 128 attributes, 128 events, 128 links; what is beyond is counted in the span. Texts are
// cut nowhere.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "signalbox/attributes.h"
#include "signalbox/context.h"

namespace signalbox {

enum class SpanKind : uint8_t {
  kInternal = 1,
  kServer = 2,
  kClient = 3,
  kProducer = 4,
  kConsumer = 5
};
enum class SpanStatus : uint8_t { kUnset = 0, kOk = 1, kError = 2 };

struct SpanEvent {
  int64_t time_ns = 0;
  std::string name;
  Attributes attributes;
};

struct SpanLink {
  SpanContext context;
  Attributes attributes;
};

struct InstrumentationScope {
  std::string name;
  std::string version;
};

// A finished span, as exporters see it.
struct SpanData {
  SpanContext context;
  SpanId parent_id;
  std::string name;
  SpanKind kind = SpanKind::kInternal;
  int64_t start_ns = 0;
  int64_t end_ns = 0;
  Attributes attributes;
  std::vector<SpanEvent> events;
  std::vector<SpanLink> links;
  SpanStatus status = SpanStatus::kUnset;
  std::string status_message;
  uint32_t dropped_attributes = 0;
  uint32_t dropped_events = 0;
  uint32_t dropped_links = 0;
  std::shared_ptr<const InstrumentationScope> scope;
};

// Takes finished spans; must be quick and must not throw.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void OnEnd(std::unique_ptr<SpanData> span) = 0;
};

class Span {
 public:
  Span() = default;  // records nothing
  Span(SpanContext context, Context base, std::unique_ptr<SpanData> data, SpanSink* sink,
       int64_t elapsed_ns = 0);
  ~Span() { End(); }
  Span(Span&& other) noexcept = default;
  Span& operator=(Span&& other) noexcept;
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;

  bool IsRecording() const { return data_ != nullptr; }
  const SpanContext& span_context() const { return context_; }
  // The context whose current span is this one, with the baggage of where it was started.
  Context ContextOf() const;

  template <typename T>
  Span& Set(std::string_view key, T&& value) {
    if (data_ != nullptr) {
      SetValue(key, ToAttributeValue(std::forward<T>(value)));
    }
    return *this;
  }
  Span& AddEvent(std::string_view name, Attributes attributes = {});
  Span& AddLink(const SpanContext& to, Attributes attributes = {});
  Span& SetName(std::string_view name);
  Span& SetStatus(SpanStatus status, std::string_view message = {});
  // Status error, and an event "exception" with type, message and, if given, the stack.
  Span& RecordError(std::string_view message, std::string_view type = {},
                    std::string_view stack = {});
  Span& RecordException(const std::exception& error);
  void End();

 private:
  void SetValue(std::string_view key, AttributeValue value);

  SpanContext context_;
  Context base_;
  std::unique_ptr<SpanData> data_;
  SpanSink* sink_ = nullptr;
  int64_t start_monotonic_ns_ = 0;
};

}  // namespace signalbox
