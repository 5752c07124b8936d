// SPDX-License-Identifier: Apache-2.0
//
// The OpenTelemetry Transformation Language, as far as files use it: statements that change a span
// and conditions that choose one.
//
//   SB_ASSIGN_OR_RETURN(OttlStatement s, ParseOttlStatement(
//       R"(set(attributes["a"], "b") where name == "GET /")", OttlContext::kSpan));
//   SB_RETURN_IF_ERROR(Run(s, target));
//   SB_ASSIGN_OR_RETURN(OttlExpr c, ParseOttlCondition("kind == SPAN_KIND_SERVER", context));
//   SB_ASSIGN_OR_RETURN(bool holds, Holds(c, target));
//
// Contexts: resource, scope, span, spanevent; paths may name an outer context by its prefix.
// Editors: set, delete_key, delete_matching_keys, keep_keys, keep_matching_keys, replace_pattern,
// replace_match, replace_all_patterns, truncate_all, limit.
// Converters: Concat, IsMatch, IsString, IsInt, IsDouble, IsBool, IsRootSpan, Int, Double, String,
// Bool, Len, Substring, ToLowerCase, ToUpperCase, Trim, SHA256, HasPrefix, HasSuffix.
//
// Failures: kInvalidArgument names what is not understood and its column; running a statement fails
// where a value has a kind that the function does not take. Patterns are RE2, compiled once.
//
// Source: Collector contrib, pkg/ottl. Threads: parsed things are immutable.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "ingest/processors/trace_record.h"

namespace re2 {
class RE2;
}

namespace sb::ingest {

enum class OttlContext : uint8_t { kResource, kScope, kSpan, kSpanEvent };
// "span" and so on; nothing for an unknown one.
std::optional<OttlContext> OttlContextOf(std::string_view name);

// What a statement runs on; the inner ones are null in outer contexts.
struct OttlTarget {
  ResourceRecord* resource = nullptr;
  ScopeRecord* scope = nullptr;
  SpanRecord* span = nullptr;
  EventRecord* event = nullptr;
};

struct OttlPath {
  enum class Field : uint8_t {
    kAttributes,
    kName,
    kVersion,
    kKind,
    kKindText,
    kStatusCode,
    kStatusMessage,
    kTraceId,
    kSpanId,
    kParentSpanId,
    kTraceState,
    kStartTime,
    kEndTime,
    kTime
  };
  OttlContext context = OttlContext::kSpan;
  Field field = Field::kAttributes;
  std::optional<std::string> key;  // of attributes; none: all of them
};

struct OttlExpr {
  enum class Kind : uint8_t { kLiteral, kPath, kCall, kList, kAnd, kOr, kNot, kCompare };
  Kind kind = Kind::kLiteral;
  OttlValue literal;
  OttlPath path;
  std::string function;  // of calls
  OttlCompare op = OttlCompare::kEqual;
  std::vector<OttlExpr> args;
  std::shared_ptr<const re2::RE2> pattern;  // of a text that stands where a pattern is wanted
};

struct OttlStatement {
  OttlExpr editor;
  std::optional<OttlExpr> where;
  std::string text;
};

base::Result<OttlStatement> ParseOttlStatement(std::string_view text, OttlContext context);
base::Result<OttlExpr> ParseOttlCondition(std::string_view text, OttlContext context);

base::Status Run(const OttlStatement& statement, const OttlTarget& target);
base::Result<bool> Holds(const OttlExpr& condition, const OttlTarget& target);

// --- Between the parts of the language -----------------------------------------------------------

// "attributes", "resource.attributes", "status.code", … with its key, if it has one.
base::Result<OttlPath> ResolveOttlPath(std::string_view dotted, std::optional<std::string> key,
                                       OttlContext context);
OttlValue ReadOttlPath(const OttlPath& path, const OttlTarget& target);
base::Status WriteOttlPath(const OttlPath& path, OttlValue value, const OttlTarget& target);
RecordAttributes* AttributesAt(const OttlPath& path, const OttlTarget& target);

base::Result<OttlValue> Evaluate(const OttlExpr& expr, const OttlTarget& target);
base::Result<OttlValue> Convert(const OttlExpr& call, const OttlTarget& target);
// Which functions there are, with the number of their arguments.
bool IsOttlEditor(std::string_view name, size_t args);
bool IsOttlConverter(std::string_view name, size_t args);
// Go's $1 and ${name} as RE2 writes them.
std::string RewriteOf(std::string_view go_replacement);

}  // namespace sb::ingest
