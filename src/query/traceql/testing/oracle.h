// SPDX-License-Identifier: Apache-2.0
//
// The slow, obvious evaluator: a query on a list of spans, by the definitions of the language and
// without any index, push-down, column or early end. What search.h answers is compared with it.
//
//   std::string expected = OracleSearch(spans, "{ .a = 1 } >> { .b }", range, limit);
//
// The answer is text, one trace a line: "trace:span span/span …", the most recent trace first, "/"
// between span sets; ids as in TestSpan. Threads: functions.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "query/traceql/testing/trace_builder.h"

namespace sb::traceql {

std::string OracleSearch(const std::vector<TestSpan>& spans, std::string_view query,
                         store::EventRange range, size_t limit);

// Random traces and queries about them; every run from its seed.
std::vector<TestSpan> RandomTraces(std::mt19937_64* random, size_t traces);
std::string RandomQuery(std::mt19937_64* random);

}  // namespace sb::traceql
