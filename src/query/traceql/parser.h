// SPDX-License-Identifier: Apache-2.0
//
// TraceQL text to syntax tree.
//
//   base::Result<Query> query = Parse(R"({ .service.name = "cart" } | count() > 2)");
//   if (!query.ok()) …            // kInvalidArgument, "parse error at line 1, col 7: …"
//   SB_RETURN_IF_ERROR(Validate(&*query));     // types and shapes, see validate.h
//
//   base::Result<Query> query = ParseAndValidate(text);        // both
//
// Nesting is bounded by kDepthMax and the text by kQueryBytesMax: hostile input costs time linear
// in its length.
//
// Precedence, weakest first: | ; && and || (one level); comparisons and structural operators (one
// level); + - ; ! ; * / % ; ^ (to the right) ; unary minus.
// Source: the TraceQL documentation; shared/reference/traces.md. Threads: pure functions.
#pragma once

#include <string_view>

#include "base/status.h"
#include "query/traceql/ast.h"

namespace sb::traceql {

inline constexpr int kDepthMax = 200;
inline constexpr size_t kQueryBytesMax = 128 << 10;

base::Result<Query> Parse(std::string_view text);
base::Result<Query> ParseAndValidate(std::string_view text);

// The equality conditions of a query that may be unfinished, as users type it: of
// `{ resource.cluster = "a" && span.x = }` the first. Only what must hold (&&, not below || or !).
// Never an error.
std::vector<std::pair<Attribute, Literal>> EqualityConditions(std::string_view unfinished);

}  // namespace sb::traceql
