// SPDX-License-Identifier: Apache-2.0
#include "signalbox/context.h"

#include "hex.h"
#include "percent.h"

namespace signalbox {

namespace {

constexpr size_t kPairsMax = 64;
constexpr size_t kHeaderBytesMax = 8192;

Context& CurrentOfThread() {
  thread_local Context current;
  return current;
}

}  // namespace

std::string TraceId::Hex() const {
  return internal::ToHex(bytes);
}

std::string SpanId::Hex() const {
  return internal::ToHex(bytes);
}

std::string_view Baggage::Get(std::string_view key) const {
  for (const auto& [name, value] : pairs_) {
    if (name == key) {
      return value;
    }
  }
  return {};
}

Baggage Baggage::With(std::string_view key, std::string_view value) const {
  Baggage copy;
  for (const auto& pair : pairs_) {
    if (pair.first != key) {
      copy.pairs_.push_back(pair);
    }
  }
  if (!value.empty() && !key.empty() && copy.pairs_.size() < kPairsMax) {
    copy.pairs_.emplace_back(key, value);
  }
  return copy;
}

Baggage Baggage::FromHeader(std::string_view header) {
  Baggage baggage;
  if (header.size() > kHeaderBytesMax) {
    return baggage;
  }
  for (const std::string_view member : internal::Split(header, ',')) {
    // Properties after ";" say nothing that this library uses.
    const std::string_view pair = member.substr(0, member.find(';'));
    for (const auto& [key, value] : internal::ParsePairs(pair)) {
      baggage = baggage.With(key, value);
    }
  }
  return baggage;
}

std::string Baggage::ToHeader() const {
  std::string header;
  for (const auto& [key, value] : pairs_) {
    const std::string member = internal::PercentEncode(key) + "=" + internal::PercentEncode(value);
    if (header.size() + member.size() + 1 > kHeaderBytesMax) {
      break;
    }
    header.append(header.empty() ? "" : ",").append(member);
  }
  return header;
}

const Context& Context::Current() {
  return CurrentOfThread();
}

Context Context::WithBaggage(std::string_view key, std::string_view value) const {
  Context copy = *this;
  const Baggage changed = (baggage == nullptr ? Baggage() : *baggage).With(key, value);
  copy.baggage = changed.empty() ? nullptr : std::make_shared<const Baggage>(changed);
  return copy;
}

ContextScope::ContextScope(Context context)
    : previous_(std::exchange(CurrentOfThread(), std::move(context))) {}

ContextScope::~ContextScope() {
  CurrentOfThread() = std::move(previous_);
}

}  // namespace signalbox
