// SPDX-License-Identifier: Apache-2.0
#include "signalbox/span.h"

#include <cxxabi.h>

#include <cstdlib>
#include <typeinfo>

#include "entropy.h"

namespace signalbox {

namespace {

constexpr size_t kAttributesMax = 128;
constexpr size_t kEventsMax = 128;
constexpr size_t kLinksMax = 128;

std::string ReadableName(const std::type_info& type) {
  int status = 0;
  char* name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status);
  std::string readable = status == 0 ? name : type.name();
  std::free(name);
  return readable;
}

}  // namespace

Span::Span(SpanContext context, Context base, std::unique_ptr<SpanData> data, SpanSink* sink,
           int64_t elapsed_ns)
    : context_(std::move(context)), base_(std::move(base)), data_(std::move(data)), sink_(sink) {
  if (data_ != nullptr) {
    start_monotonic_ns_ = internal::MonotonicNs() - elapsed_ns;
  }
}

Span& Span::operator=(Span&& other) noexcept {
  if (this != &other) {
    End();
    context_ = std::move(other.context_);
    base_ = std::move(other.base_);
    data_ = std::move(other.data_);
    sink_ = other.sink_;
    start_monotonic_ns_ = other.start_monotonic_ns_;
  }
  return *this;
}

Context Span::ContextOf() const {
  Context context = base_;
  if (context_.IsValid()) {
    context.span = context_;
  }
  return context;
}

void Span::SetValue(std::string_view key, AttributeValue value) {
  for (Attribute& attribute : data_->attributes) {
    if (attribute.key == key) {
      attribute.value = std::move(value);
      return;
    }
  }
  if (data_->attributes.size() >= kAttributesMax) {
    ++data_->dropped_attributes;
    return;
  }
  data_->attributes.emplace_back(key, std::move(value));
}

Span& Span::AddEvent(std::string_view name, Attributes attributes) {
  if (data_ == nullptr) {
    return *this;
  }
  if (data_->events.size() >= kEventsMax) {
    ++data_->dropped_events;
    return *this;
  }
  data_->events.push_back({internal::NowNs(), std::string(name), std::move(attributes)});
  return *this;
}

Span& Span::AddLink(const SpanContext& to, Attributes attributes) {
  if (data_ == nullptr) {
    return *this;
  }
  if (data_->links.size() >= kLinksMax) {
    ++data_->dropped_links;
    return *this;
  }
  data_->links.push_back({to, std::move(attributes)});
  return *this;
}

Span& Span::SetName(std::string_view name) {
  if (data_ != nullptr) {
    data_->name = name;
  }
  return *this;
}

Span& Span::SetStatus(SpanStatus status, std::string_view message) {
  // Ok is final, and nothing goes back to unset.
  if (data_ != nullptr && data_->status != SpanStatus::kOk && status != SpanStatus::kUnset) {
    data_->status = status;
    // An error that says nothing does not take away what an earlier one said.
    if (status != SpanStatus::kError || !message.empty()) {
      data_->status_message = status == SpanStatus::kError ? std::string(message) : std::string();
    }
  }
  return *this;
}

Span& Span::RecordError(std::string_view message, std::string_view type, std::string_view stack) {
  if (data_ == nullptr) {
    return *this;
  }
  Attributes attributes = {{"exception.message", message}};
  if (!type.empty()) {
    attributes.emplace_back("exception.type", type);
  }
  if (!stack.empty()) {
    attributes.emplace_back("exception.stacktrace", stack);
  }
  return AddEvent("exception", std::move(attributes)).SetStatus(SpanStatus::kError, message);
}

Span& Span::RecordException(const std::exception& error) {
  return data_ == nullptr ? *this : RecordError(error.what(), ReadableName(typeid(error)));
}

void Span::End() {
  if (data_ == nullptr) {
    return;
  }
  // The length by the monotonic clock: a clock that is set must not make it negative.
  data_->end_ns = data_->start_ns + (internal::MonotonicNs() - start_monotonic_ns_);
  sink_->OnEnd(std::move(data_));
}

}  // namespace signalbox
