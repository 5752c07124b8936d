// SPDX-License-Identifier: Apache-2.0
//
// Turns a valid query into an equal one that is easier to answer:
//   trace:id = "1a2b"       the id padded with zeros to its full length, in lower case
//   nestedSetParent < 0     span:parentID = nil: "is a root" needs no other span
// Threads: a function.
#pragma once

#include "query/traceql/ast.h"

namespace sb::traceql {

void Rewrite(Query* query);

}  // namespace sb::traceql
