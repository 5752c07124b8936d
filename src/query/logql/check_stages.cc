// SPDX-License-Identifier: Apache-2.0
//
// What a pipeline needs beyond grammar: regular expressions, patterns, paths and templates that
// compile.
#include <fmt/format.h>
#include <re2/re2.h>

#include <set>

#include "query/logql/ip_range.h"
#include "query/logql/json_path.h"
#include "query/logql/label_template.h"
#include "query/logql/parser.h"
#include "query/logql/pattern.h"
#include "query/logql/printer.h"

namespace sb::logql {
namespace {

base::Status CheckAlternative(LineOp op, const LineFilter::Alternative& alternative) {
  if (alternative.is_ip) {
    if (op != LineOp::kContains && op != LineOp::kNotContains) {
      return base::InvalidArgument("ip: invalid operation");
    }
    return IpRange::Parse(alternative.text).status();
  }
  if (op == LineOp::kPattern || op == LineOp::kNotPattern) {
    return Pattern::ForFilter(alternative.text).status();
  }
  if (op == LineOp::kMatch || op == LineOp::kNotMatch) {
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 regex(alternative.text, options);
    if (!regex.ok()) {
      return base::InvalidArgument(fmt::format("error parsing regexp: {}", regex.error()));
    }
  }
  return base::OkStatus();
}

base::Status CheckExtractions(const Stage& stage) {
  for (const Extraction& e : stage.extractions) {
    if (stage.kind == Stage::Kind::kJson) {
      SB_RETURN_IF_ERROR(ParseJsonPath(e.expression).status());
    } else if (e.expression.empty() || e.expression.find_first_of(" \t\"=") != std::string::npos) {
      return base::InvalidArgument(
          fmt::format("cannot parse expression [{}]: not a logfmt key", e.expression));
    }
  }
  return base::OkStatus();
}

base::Status CheckFormats(const Stage& stage) {
  std::set<std::string> targets;
  for (const LabelFormat& format : stage.formats) {
    if (format.label == "__error__") {
      return base::InvalidArgument("__error__ cannot be formatted");
    }
    if (!targets.insert(format.label).second) {
      return base::InvalidArgument(fmt::format(
          "multiple label name '{}' not allowed in a single format operation", format.label));
    }
    if (format.is_template) {
      SB_RETURN_IF_ERROR(LabelTemplate::Parse(format.source).status());
    }
  }
  return base::OkStatus();
}

base::Status CheckStage(const Stage& stage) {
  switch (stage.kind) {
    case Stage::Kind::kLineFilter:
      for (const LineFilter::Alternative& alternative : stage.line.alternatives) {
        SB_RETURN_IF_ERROR(CheckAlternative(stage.line.op, alternative));
      }
      return base::OkStatus();
    case Stage::Kind::kJson:
    case Stage::Kind::kLogfmt:
      return CheckExtractions(stage);
    case Stage::Kind::kLineFormat:
      return LabelTemplate::Parse(stage.text).status();
    case Stage::Kind::kLabelFormat:
      return CheckFormats(stage);
    default:
      return base::OkStatus();
  }
}

base::Status CheckLog(const LogExpr& log) {
  for (const Stage& stage : log.stages) {
    if (const base::Status status = CheckStage(stage); !status.ok()) {
      return base::InvalidArgument(
          fmt::format("parse error : stage '{}' : {}", Print(stage), status.message()));
    }
  }
  return base::OkStatus();
}

}  // namespace

base::Status CheckStages(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kLog:
      return CheckLog(static_cast<const LogExpr&>(expr));
    case ExprKind::kRange:
      return CheckLog(*static_cast<const RangeExpr&>(expr).log);
    case ExprKind::kAggregate:
      return CheckStages(*static_cast<const AggregateExpr&>(expr).operand);
    case ExprKind::kBinary:
      SB_RETURN_IF_ERROR(CheckStages(*static_cast<const BinaryExpr&>(expr).lhs));
      return CheckStages(*static_cast<const BinaryExpr&>(expr).rhs);
    case ExprKind::kLabelReplace:
      return CheckStages(*static_cast<const LabelReplaceExpr&>(expr).operand);
    case ExprKind::kNumber:
    case ExprKind::kVector:
      break;
  }
  return base::OkStatus();
}

}  // namespace sb::logql
