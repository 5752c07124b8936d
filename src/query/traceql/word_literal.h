// SPDX-License-Identifier: Apache-2.0
//
// Words of TraceQL that are values: true, false, nil, ok, error, unset, unspecified, internal,
// server, client, producer, consumer, minInt, maxInt.
#pragma once

#include <string_view>

#include "query/traceql/ast.h"

namespace sb::traceql {

// False if `word` is none.
bool WordLiteral(std::string_view word, Literal* out);

}  // namespace sb::traceql
