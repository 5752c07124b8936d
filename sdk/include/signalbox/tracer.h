// SPDX-License-Identifier: Apache-2.0
//
// Tracer starts spans under the name of one library or component.
//
//   Tracer tracer = sdk.tracer("checkout");
//   Span span = tracer.StartSpan("price cart");                  // child of the current span
//
// A span started where the baggage names a critical user journey (cuj.name, cuj.critical) carries
// both as attributes, so that every service on the way of a journey can be found by it (journey.h).
//
// Threads: safe for concurrent use. Copies are cheap. Must not outlive the Sdk.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "signalbox/sampler.h"
#include "signalbox/span.h"

namespace signalbox {

struct SpanOptions {
  SpanKind kind = SpanKind::kInternal;
  std::optional<Context> parent = {};  // default: the current context
  Attributes attributes = {};
  std::vector<SpanLink> links = {};
  int64_t elapsed_ns = 0;  // how long the work has been going on already
};

class Tracer {
 public:
  Tracer() = default;  // starts spans that record nothing
  Tracer(std::shared_ptr<const InstrumentationScope> scope, SpanSink* sink,
         std::shared_ptr<const Sampler> sampler);

  Span StartSpan(std::string_view name, SpanOptions options = {}) const;

 private:
  std::shared_ptr<const InstrumentationScope> scope_;
  SpanSink* sink_ = nullptr;
  std::shared_ptr<const Sampler> sampler_;
};

// A span that is the current one of its thread as long as it lives.
class ActiveSpan {
 public:
  ActiveSpan(const Tracer& tracer, std::string_view name, SpanOptions options = {})
      : span_(tracer.StartSpan(name, std::move(options))), scope_(span_.ContextOf()) {}
  ActiveSpan(const ActiveSpan&) = delete;
  ActiveSpan& operator=(const ActiveSpan&) = delete;

  Span* operator->() { return &span_; }
  Span& operator*() { return span_; }

 private:
  Span span_;
  ContextScope scope_;
};

}  // namespace signalbox
