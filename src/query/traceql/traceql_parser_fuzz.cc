// SPDX-License-Identifier: Apache-2.0
//
// Any text: the parser answers with a tree or an error; a tree survives printing and parsing.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "query/traceql/parser.h"
#include "query/traceql/printer.h"
#include "query/traceql/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sb::traceql;  // NOLINT: a fuzz target
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  static_cast<void>(EqualityConditions(text));
  static_cast<void>(ParseTagName(text));
  sb::base::Result<Query> query = Parse(text);
  if (!query.ok()) {
    SB_CHECK(!query.status().message().empty());
    return 0;
  }
  const std::string printed = Print(*query);
  sb::base::Result<Query> again = Parse(printed);
  if (!again.ok()) {
    // Parentheses around what was written without may nest deeper than is allowed.
    SB_CHECK(again.status().message().find("too deeply") != std::string_view::npos);
    return 0;
  }
  SB_CHECK(Print(*again) == printed);
  SB_CHECK(Validate(&*query).code() == Validate(&*again).code());
  return 0;
}
