// SPDX-License-Identifier: Apache-2.0
//
// Any text: the parser answers with a tree or an error at a place in the text; a tree survives
// printing and parsing.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.h"
#include "query/promql/ast_json.h"
#include "query/promql/parser.h"
#include "query/promql/printer.h"
#include "query/promql/series_notation.h"
#include "query/promql/used_names.h"
#include "query/promql/walk.h"

namespace {

using sb::promql::Expr;
using sb::promql::ExprPtr;
using sb::promql::ParseError;

void CheckLaw(const Expr& expr, const std::string& text) {
  ParseError error;
  const ExprPtr again = sb::promql::ParseExpr(text, &error);
  if (again == nullptr) {
    sb::base::CheckFailed("printed text parses", __FILE__, __LINE__,
                          text + "\n" + error.ToString(text));
  }
  if (!sb::promql::SameTree(expr, *again)) {
    sb::base::CheckFailed("printed text parses to the same tree", __FILE__, __LINE__,
                          text + "\n" + sb::promql::Print(*again));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ParseError error;
  const ExprPtr expr = sb::promql::ParseExpr(text, &error);
  if (expr == nullptr) {
    SB_CHECK(!error.message.empty());
    SB_CHECK(error.range.start >= 0 && static_cast<size_t>(error.range.start) <= size);
  } else {
    CheckLaw(*expr, sb::promql::Print(*expr));
    CheckLaw(*expr, sb::promql::PrintPretty(*expr));
    SB_CHECK(sb::promql::SameTree(*expr, *sb::promql::Clone(*expr)));
    SB_CHECK(!sb::promql::AstToJson(*expr).empty());
    static_cast<void>(sb::promql::FindUsedNames(*expr));
  }
  static_cast<void>(sb::promql::ParseMetricSelector(text));
  static_cast<void>(sb::promql::ParseMetric(text));
  static_cast<void>(sb::promql::ParseSeriesLine(
      text,
      [](const sb::model::Histogram& a, const sb::model::Histogram&,
         sb::promql::HistogramStep) -> sb::base::Result<sb::model::HistogramPtr> {
        return std::make_shared<const sb::model::Histogram>(a);
      }));
  return 0;
}
