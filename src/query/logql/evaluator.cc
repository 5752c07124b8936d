// SPDX-License-Identifier: Apache-2.0
#include "query/logql/evaluator.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <utility>

namespace sb::logql {
namespace {

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// "$1", "${name}" and "$$", as Go expands them.
std::string ExpandGroups(const RE2& regex, std::string_view text,
                         const std::vector<re2::StringPiece>& groups) {
  std::string out;
  while (!text.empty()) {
    const size_t dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) {
      break;
    }
    text.remove_prefix(dollar + 1);
    const bool brace = text.starts_with('{');
    size_t end = brace ? 1 : 0;
    while (end < text.size() && IsNameByte(text[end])) {
      ++end;
    }
    const std::string name(text.substr(brace ? 1 : 0, end - (brace ? 1 : 0)));
    if (text.starts_with('$')) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    if (name.empty() || (brace && (end >= text.size() || text[end] != '}'))) {
      out += '$';
      continue;
    }
    text.remove_prefix(brace ? end + 1 : end);
    size_t index = groups.size();
    if (name.find_first_not_of("0123456789") == std::string::npos && name.size() < 4) {
      index = 0;
      for (const char c : name) {
        index = index * 10 + static_cast<size_t>(c - '0');
      }
    } else if (const auto named = regex.NamedCapturingGroups().find(name);
               named != regex.NamedCapturingGroups().end()) {
      index = static_cast<size_t>(named->second);
    }
    if (index < groups.size() && groups[index].data() != nullptr) {
      out.append(groups[index].data(), groups[index].size());
    }
  }
  return out;
}

}  // namespace

void ReadStats::Add(const store::EventScan& scan) {
  const store::ScanStats read = scan.stats();
  lines += read.rows_returned;
  inspected += read.rows_inspected;
  bytes += read.bytes_inspected;
  parts += read.parts;
  pages_skipped += read.pages_skipped;
  for (std::string& warning : scan.warnings()) {
    warnings.push_back(std::move(warning));
  }
}

Evaluator::Rows Evaluator::Eval(const Expr& expr, const NsGrid& grid) {
  SB_RETURN_IF_ERROR(context_.CheckAlive());
  switch (expr.kind) {
    case ExprKind::kRange:
      return EvalRange(static_cast<const RangeExpr&>(expr), grid, nullptr);
    case ExprKind::kAggregate:
      return EvalAggregate(static_cast<const AggregateExpr&>(expr), grid);
    case ExprKind::kBinary:
      return EvalBinary(static_cast<const BinaryExpr&>(expr), grid);
    case ExprKind::kNumber:
      return EvalConstant(static_cast<const NumberExpr&>(expr).value, grid);
    case ExprKind::kVector:
      return EvalConstant(static_cast<const VectorExpr&>(expr).value, grid);
    case ExprKind::kLabelReplace:
      return EvalLabelReplace(static_cast<const LabelReplaceExpr&>(expr), grid);
    case ExprKind::kLog:
      break;
  }
  return base::InvalidArgument("a log query has no value");
}

Evaluator::Rows Evaluator::EvalConstant(double value, const NsGrid& grid) {
  query::StepVector rows;
  query::StepSeries row(model::LabelSet(), grid.count);
  row.Reserve(0, grid.count);
  for (size_t step = 0; step < grid.count; ++step) {
    row.SetFloat(step, value);
  }
  rows.series.push_back(std::move(row));
  SB_RETURN_IF_ERROR(rows.Charge(context_));
  return rows;
}

Evaluator::Rows Evaluator::EvalLabelReplace(const LabelReplaceExpr& expr, const NsGrid& grid) {
  SB_ASSIGN_OR_RETURN(query::StepVector rows, Eval(*expr.operand, grid));
  RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);
  const RE2 regex("^(?:" + expr.regex + ")$", options);
  if (!regex.ok()) {
    return base::InvalidArgument(
        fmt::format("invalid regex in label_replace: {}", regex.error()));
  }
  std::vector<re2::StringPiece> groups(
      static_cast<size_t>(regex.NumberOfCapturingGroups()) + 1);
  for (query::StepSeries& row : rows.series) {
    const std::string_view text = row.labels.Get(expr.source);
    const re2::StringPiece piece(text.data(), text.size());
    if (!regex.Match(piece, 0, piece.size(), RE2::ANCHOR_BOTH, groups.data(),
                     static_cast<int>(groups.size()))) {
      continue;
    }
    row.labels = model::LabelSetBuilder(row.labels)
                     .Set(expr.destination, ExpandGroups(regex, expr.replacement, groups))
                     .Build();
  }
  return rows;
}

}  // namespace sb::logql
