// SPDX-License-Identifier: Apache-2.0
//
// Fuzzes the parser: no input crashes it, and what it prints reads back to the same text.
#include <string>
#include <string_view>

#include "base/check.h"
#include "query/logql/ip_range.h"
#include "query/logql/json_path.h"
#include "query/logql/parser.h"
#include "query/logql/pattern.h"
#include "query/logql/printer.h"
#include "query/logql/units.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace logql = sb::logql;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto expr = logql::Parse(text); expr.ok()) {
    const std::string printed = logql::Print(**expr);
    const auto again = logql::Parse(printed);
    if (printed.size() <= logql::kQueryBytesMax) {
      SB_CHECK(again.ok());
      SB_CHECK(logql::Print(**again) == printed);
    }
    static_cast<void>(logql::PrintPretty(**expr));
    static_cast<void>(logql::CheckStages(**expr));
  } else {
    SB_CHECK(!expr.status().message().empty());
  }
  static_cast<void>(logql::ParsePushLabels(text));
  static_cast<void>(logql::ParseJsonPath(text));
  static_cast<void>(logql::ParseSize(text));
  static_cast<void>(logql::ParseGoDuration(text));
  static_cast<void>(logql::IpRange::Parse(text));
  if (const auto range = logql::IpRange::Parse("10.0.0.0/8"); range.ok()) {
    static_cast<void>(range->FindsIn(text));
  }
  // The first half is the pattern, the second the line.
  if (const auto pattern = logql::Pattern::ForExtraction(text.substr(0, size / 2)); pattern.ok()) {
    std::vector<std::string_view> values;
    pattern->Extract(text.substr(size / 2), &values);
    SB_CHECK(values.size() <= pattern->names().size());
  }
  if (const auto filter = logql::Pattern::ForFilter(text.substr(0, size / 2)); filter.ok()) {
    static_cast<void>(filter->Matches(text.substr(size / 2)));
  }
  return 0;
}
