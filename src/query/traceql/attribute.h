// SPDX-License-Identifier: Apache-2.0
//
// Attribute names something that a span has: an attribute of one scope (span.http.method), of any
// (.http.method), of its parent (parent.http.method), or an intrinsic (duration, trace:rootName).
//
//   Attribute a = Attribute::Scoped(AttributeScope::kResource, "service.name");
//   a.Text();   // `resource.service.name`, quoted where needed: `span."a b"`
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query/traceql/value.h"

namespace sb::traceql {

enum class AttributeScope : uint8_t {
  kAny,  // the first of span, resource, event, link, instrumentation
  kSpan,
  kResource,
  kEvent,
  kLink,
  kInstrumentation,
};

enum class Intrinsic : uint8_t {
  kNone,
  kDuration,
  kName,
  kStatus,
  kStatusMessage,
  kKind,
  kChildCount,
  kSpanId,
  kParentId,
  kTraceId,
  kTraceDuration,
  kTraceRootName,
  kTraceRootService,
  kNestedSetLeft,
  kNestedSetRight,
  kNestedSetParent,
  kEventName,
  kEventTimeSinceStart,
  kLinkTraceId,
  kLinkSpanId,
  kScopeName,
  kScopeVersion,
  kParentSpan,  // `parent` alone: the id of the parent span, nil on a root
};

struct Attribute {
  AttributeScope scope = AttributeScope::kAny;
  Intrinsic intrinsic = Intrinsic::kNone;
  bool of_parent = false;
  std::string name;  // without scope; of an intrinsic as written: "duration", "span:duration"

  static Attribute Scoped(AttributeScope scope, std::string name) {
    return {scope, Intrinsic::kNone, false, std::move(name)};
  }

  // As it is written in a query.
  std::string Text() const;
  // The key under which a search answers it: the name without scope ("http.method", "status").
  std::string Key() const;
  // The type that its values always have; nothing if they may have any.
  std::optional<ValueType> FixedType() const;
  bool IsServiceName() const {
    return intrinsic == Intrinsic::kNone && !of_parent && scope == AttributeScope::kResource &&
           name == "service.name";
  }
  // Whether the value depends on the other spans of the trace.
  bool NeedsTrace() const;

  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// "duration", "nestedSetLeft", …: intrinsics without scope.
std::optional<Intrinsic> UnscopedIntrinsic(std::string_view word);
// ("span", "duration"), ("trace", "id"), …
std::optional<Intrinsic> ScopedIntrinsic(std::string_view scope, std::string_view word);
// "span" and so on, not "parent".
std::optional<AttributeScope> ScopeOf(std::string_view word);
std::string_view ScopeText(AttributeScope scope);  // "" for kAny

// A tag as the search APIs name it: `resource.service.name`, `.foo`, `span."a b"`, `span:name`,
// `duration`, and bare `service.name`, which means any scope.
Attribute ParseTagName(std::string_view tag);
// Whether a name can be written without quotes.
bool IsPlainAttributeName(std::string_view name);
// What ends an attribute name that is not quoted.
bool EndsAttributeName(char c);

}  // namespace sb::traceql
