// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/attribute.h"

#include <algorithm>

#include "query/traceql/lexer.h"

namespace sb::traceql {
namespace {

struct IntrinsicRow {
  std::string_view scope;  // "": without
  std::string_view word;
  Intrinsic intrinsic;
};
constexpr IntrinsicRow kIntrinsics[] = {
    {"", "duration", Intrinsic::kDuration},
    {"", "name", Intrinsic::kName},
    {"", "status", Intrinsic::kStatus},
    {"", "statusMessage", Intrinsic::kStatusMessage},
    {"", "kind", Intrinsic::kKind},
    {"", "childCount", Intrinsic::kChildCount},
    {"", "rootName", Intrinsic::kTraceRootName},
    {"", "rootServiceName", Intrinsic::kTraceRootService},
    {"", "traceDuration", Intrinsic::kTraceDuration},
    {"", "nestedSetLeft", Intrinsic::kNestedSetLeft},
    {"", "nestedSetRight", Intrinsic::kNestedSetRight},
    {"", "nestedSetParent", Intrinsic::kNestedSetParent},
    {"", "parent", Intrinsic::kParentSpan},
    {"span", "duration", Intrinsic::kDuration},
    {"span", "name", Intrinsic::kName},
    {"span", "kind", Intrinsic::kKind},
    {"span", "status", Intrinsic::kStatus},
    {"span", "statusMessage", Intrinsic::kStatusMessage},
    {"span", "id", Intrinsic::kSpanId},
    {"span", "parentID", Intrinsic::kParentId},
    {"span", "childCount", Intrinsic::kChildCount},
    {"trace", "duration", Intrinsic::kTraceDuration},
    {"trace", "rootName", Intrinsic::kTraceRootName},
    {"trace", "rootService", Intrinsic::kTraceRootService},
    {"trace", "id", Intrinsic::kTraceId},
    {"event", "name", Intrinsic::kEventName},
    {"event", "timeSinceStart", Intrinsic::kEventTimeSinceStart},
    {"link", "traceID", Intrinsic::kLinkTraceId},
    {"link", "spanID", Intrinsic::kLinkSpanId},
    {"instrumentation", "name", Intrinsic::kScopeName},
    {"instrumentation", "version", Intrinsic::kScopeVersion},
};

struct ScopeRow {
  std::string_view word;
  AttributeScope scope;
};
constexpr ScopeRow kScopes[] = {
    {"span", AttributeScope::kSpan},
    {"resource", AttributeScope::kResource},
    {"event", AttributeScope::kEvent},
    {"link", AttributeScope::kLink},
    {"instrumentation", AttributeScope::kInstrumentation},
};

}  // namespace

std::optional<Intrinsic> ScopedIntrinsic(std::string_view scope, std::string_view word) {
  for (const IntrinsicRow& row : kIntrinsics) {
    if (row.scope == scope && row.word == word) {
      return row.intrinsic;
    }
  }
  return std::nullopt;
}

std::optional<Intrinsic> UnscopedIntrinsic(std::string_view word) {
  return ScopedIntrinsic("", word);
}

std::optional<AttributeScope> ScopeOf(std::string_view word) {
  for (const ScopeRow& row : kScopes) {
    if (row.word == word) {
      return row.scope;
    }
  }
  return std::nullopt;
}

std::string_view ScopeText(AttributeScope scope) {
  for (const ScopeRow& row : kScopes) {
    if (row.scope == scope) {
      return row.word;
    }
  }
  return "";
}

bool EndsAttributeName(char c) {
  return static_cast<unsigned char>(c) <= ' ' ||
         std::string_view("{}()=~!<>&|^,").find(c) != std::string_view::npos;
}

bool IsPlainAttributeName(std::string_view name) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9')) {
    return false;
  }
  return std::none_of(name.begin(), name.end(),
                      [](char c) { return EndsAttributeName(c) || c == '"' || c == '\\'; });
}

std::string Attribute::Text() const {
  if (intrinsic != Intrinsic::kNone) {
    return of_parent ? "parent." + name : name;
  }
  std::string out = of_parent ? "parent." : "";
  if (scope != AttributeScope::kAny) {
    out.append(ScopeText(scope)).append(".");
  } else if (!of_parent) {
    out = ".";
  }
  // After `parent.`, a word that looks like a scope or an intrinsic would be read as one.
  const bool looks_scoped =
      of_parent && scope == AttributeScope::kAny &&
      (ScopeOf(name.substr(0, name.find('.'))).has_value() || UnscopedIntrinsic(name).has_value());
  if (IsPlainAttributeName(name) && !looks_scoped) {
    return out + name;
  }
  out.push_back('"');
  for (const char c : name) {
    if (c == '"' || c == '\\') {
      out.push_back('\\');
    }
    out.push_back(c);
  }
  return out + '"';
}

std::string Attribute::Key() const {
  const size_t colon = intrinsic == Intrinsic::kNone ? std::string::npos : name.find(':');
  return colon == std::string::npos ? name : name.substr(colon + 1);
}

std::optional<ValueType> Attribute::FixedType() const {
  switch (intrinsic) {
    case Intrinsic::kNone:
    case Intrinsic::kParentSpan:
      return std::nullopt;
    case Intrinsic::kDuration:
    case Intrinsic::kTraceDuration:
    case Intrinsic::kEventTimeSinceStart:
      return ValueType::kDuration;
    case Intrinsic::kStatus:
      return ValueType::kStatus;
    case Intrinsic::kKind:
      return ValueType::kKind;
    case Intrinsic::kChildCount:
    case Intrinsic::kNestedSetLeft:
    case Intrinsic::kNestedSetRight:
    case Intrinsic::kNestedSetParent:
      return ValueType::kInt;
    default:
      return ValueType::kString;
  }
}

bool Attribute::NeedsTrace() const {
  switch (intrinsic) {
    case Intrinsic::kChildCount:
    case Intrinsic::kTraceDuration:
    case Intrinsic::kTraceRootName:
    case Intrinsic::kTraceRootService:
    case Intrinsic::kNestedSetLeft:
    case Intrinsic::kNestedSetRight:
    case Intrinsic::kNestedSetParent:
      return true;
    default:
      return of_parent;
  }
}

Attribute ParseTagName(std::string_view tag) {
  Lexer lexer(tag);
  const Token token = lexer.Next();
  if (token.type == TokenType::kAttribute && lexer.Next().type == TokenType::kEof) {
    return token.attribute;
  }
  if (token.type == TokenType::kWord && lexer.Next().type == TokenType::kEof) {
    if (const auto intrinsic = UnscopedIntrinsic(token.text);
        intrinsic.has_value() && *intrinsic != Intrinsic::kParentSpan) {
      return {AttributeScope::kAny, *intrinsic, false, std::string(token.text)};
    }
  }
  const bool dotted = tag.starts_with('.');
  return Attribute::Scoped(AttributeScope::kAny, std::string(dotted ? tag.substr(1) : tag));
}

}  // namespace sb::traceql
