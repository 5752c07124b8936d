// SPDX-License-Identifier: Apache-2.0
#include "query/logql/printer.h"

#include <fmt/format.h>

#include <string_view>

#include "model/regex_literals.h"
#include "query/logql/lexer.h"
#include "query/logql/units.h"

namespace sb::logql {
namespace {

std::string Join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) {
      out += separator;
    }
    out += parts[i];
  }
  return out;
}

std::string_view MatchTypeText(model::MatchType type) {
  switch (type) {
    case model::MatchType::kEqual:
      return "=";
    case model::MatchType::kNotEqual:
      return "!=";
    case model::MatchType::kRegex:
      return "=~";
    case model::MatchType::kNotRegex:
      return "!~";
  }
  return "";
}

std::string PrintMatcher(const model::Matcher& matcher) {
  return fmt::format("{}{}{}", matcher.name(), MatchTypeText(matcher.type()),
                     QuoteGoString(matcher.value()));
}

// The reference writes a label's regular expression raw when it needs the regex engine for it.
std::string PrintLabelMatcher(const model::Matcher& matcher) {
  const bool is_regex = matcher.type() == model::MatchType::kRegex ||
                        matcher.type() == model::MatchType::kNotRegex;
  if (is_regex && matcher.value().find('\\') != std::string::npos &&
      matcher.value().find('`') == std::string::npos &&
      model::AnalyseRegex(matcher.value()).values.empty()) {
    return fmt::format("{}{}`{}`", matcher.name(), MatchTypeText(matcher.type()),
                       matcher.value());
  }
  return PrintMatcher(matcher);
}

std::string PrintLineFilter(const LineFilter& filter) {
  std::string out;
  const std::string_view op = LineOpText(filter.op);
  for (size_t i = 0; i < filter.alternatives.size(); ++i) {
    const LineFilter::Alternative& a = filter.alternatives[i];
    if (i > 0) {
      // None of them may be in the line: the same as one filter each.
      out += IsNegative(filter.op) ? fmt::format(" {} ", op) : " or ";
    } else {
      out += fmt::format("{} ", op);
    }
    out += a.is_ip ? fmt::format("ip({})", QuoteGoString(a.text)) : QuoteGoString(a.text);
  }
  return out;
}

std::string PrintExtractions(const Stage& stage) {
  std::vector<std::string> parts;
  for (const Extraction& e : stage.extractions) {
    parts.push_back(fmt::format("{}={}", e.label, QuoteGoString(e.expression)));
  }
  return parts.empty() ? "" : " " + Join(parts, ",");
}

std::string PrintFormats(const Stage& stage) {
  std::vector<std::string> parts;
  for (const LabelFormat& f : stage.formats) {
    parts.push_back(f.label + "=" + (f.is_template ? QuoteGoString(f.source) : f.source));
  }
  return Join(parts, ",");
}

std::string PrintChoices(const Stage& stage) {
  std::vector<std::string> parts;
  for (const LabelChoice& c : stage.choices) {
    parts.push_back(c.matcher.has_value() ? PrintMatcher(*c.matcher) : c.label);
  }
  return Join(parts, ",");
}

std::string PrintUnwrap(const Unwrap& unwrap) {
  const std::string_view conversion = ConversionText(unwrap.conversion);
  return conversion.empty() ? fmt::format("| unwrap {}", unwrap.label)
                            : fmt::format("| unwrap {}({})", conversion, unwrap.label);
}

std::string PrintLog(const LogExpr& log) {
  std::string out = PrintSelector(log.matchers);
  for (const Stage& stage : log.stages) {
    out += " " + Print(stage);
  }
  return out;
}

// " by (a,b)" without the blank; "by ()" is no grouping at all.
std::string PrintGrouping(const std::optional<Grouping>& grouping, std::string_view separator) {
  if (!grouping.has_value() || (!grouping->without && grouping->labels.empty())) {
    return "";
  }
  return fmt::format("{} ({})", grouping->without ? "without" : "by",
                     Join(grouping->labels, separator));
}

std::string PrintRange(const RangeExpr& expr) {
  std::string out(RangeOpText(expr.op));
  out += "(";
  if (expr.parameter.has_value()) {
    out += FormatPlainFloat(*expr.parameter) + ",";
  }
  out += PrintLog(*expr.log);
  if (expr.unwrap.has_value()) {
    out += " " + PrintUnwrap(*expr.unwrap);
    for (const LabelFilter& filter : expr.unwrap->post_filters) {
      out += " | " + Print(filter);
    }
  }
  out += fmt::format("[{}]", FormatPromDuration(expr.range_ns));
  if (expr.offset_ns != 0) {
    out += " offset " + FormatGoDuration(expr.offset_ns);
  }
  out += ")";
  const std::string grouping = PrintGrouping(expr.grouping, ",");
  return grouping.empty() ? out : out + " " + grouping;
}

bool HasParameter(AggregateOp op) {
  return op == AggregateOp::kTopk || op == AggregateOp::kBottomk || op == AggregateOp::kApproxTopk;
}

std::string PrintAggregate(const AggregateExpr& expr) {
  std::string out(AggregateOpText(expr.op));
  if (const std::string grouping = PrintGrouping(expr.grouping, ","); !grouping.empty()) {
    out += " " + grouping;
  }
  out += "(";
  if (HasParameter(expr.op)) {
    out += fmt::format("{},", expr.parameter);
  }
  return out + Print(*expr.operand) + ")";
}

// "+", "> bool on (a) group_left (b)".
std::string PrintOperator(const BinaryExpr& expr, std::string_view separator) {
  std::string out(BinaryOpText(expr.op));
  if (expr.return_bool) {
    out += " bool";
  }
  const Matching& m = expr.matching;
  if (m.on || !m.labels.empty()) {
    out += fmt::format(" {} ({}) ", m.on ? "on" : "ignoring", Join(m.labels, separator));
    if (m.side != GroupSide::kNone) {
      out += m.side == GroupSide::kLeft ? "group_left" : "group_right";
      if (!m.include.empty()) {
        out += fmt::format(" ({})", Join(m.include, separator));
      }
    }
  }
  return out;
}

std::string PrintLabelReplace(const LabelReplaceExpr& expr) {
  return fmt::format("label_replace({},{},{},{},{})", Print(*expr.operand),
                     QuoteGoString(expr.destination), QuoteGoString(expr.replacement),
                     QuoteGoString(expr.source), QuoteGoString(expr.regex));
}

std::string PrintVector(double value) {
  const std::string rounded = fmt::format("{:f}", value);
  const bool is_exact = ParseGoFloat(rounded) == value;
  return fmt::format("vector({})", is_exact ? rounded : FormatPlainFloat(value));
}

// Prints with line breaks: a node whose canonical text fits the width stays on one line.
class PrettyPrinter {
 public:
  explicit PrettyPrinter(size_t width) : width_(width) {}

  std::string Run(const Expr& expr, size_t level) const {
    const std::string flat = Print(expr);
    if (flat.size() <= width_) {
      return Indent(level) + flat;
    }
    switch (expr.kind) {
      case ExprKind::kLog:
        return Log(static_cast<const LogExpr&>(expr), level);
      case ExprKind::kRange:
        return Range(static_cast<const RangeExpr&>(expr), level);
      case ExprKind::kAggregate:
        return Aggregate(static_cast<const AggregateExpr&>(expr), level);
      case ExprKind::kBinary:
        return Binary(static_cast<const BinaryExpr&>(expr), level);
      case ExprKind::kLabelReplace:
        return LabelReplace(static_cast<const LabelReplaceExpr&>(expr), level);
      case ExprKind::kNumber:
      case ExprKind::kVector:
        break;
    }
    return Indent(level) + flat;
  }

 private:
  static std::string Indent(size_t level) { return std::string(2 * level, ' '); }

  std::string Log(const LogExpr& log, size_t level) const {
    std::string out = Indent(level) + PrintSelector(log.matchers);
    const std::string line_break = "\n" + Indent(level + 1);
    for (size_t i = 0; i < log.stages.size();) {
      // Line filters that follow each other share a line if they fit on it.
      std::string joined = Print(log.stages[i]);
      std::string broken = joined;
      const bool is_line_filter = log.stages[i].kind == Stage::Kind::kLineFilter;
      for (++i; is_line_filter && i < log.stages.size() &&
                log.stages[i].kind == Stage::Kind::kLineFilter;
           ++i) {
        joined += " " + Print(log.stages[i]);
        broken += line_break + Print(log.stages[i]);
      }
      out += line_break + (joined.size() <= width_ ? joined : broken);
    }
    return out;
  }

  std::string Range(const RangeExpr& expr, size_t level) const {
    std::string out = Indent(level) + std::string(RangeOpText(expr.op)) + "(\n";
    if (expr.parameter.has_value()) {
      out += Indent(level + 1) + FormatPlainFloat(*expr.parameter) + ",\n";
    }
    out += Run(*expr.log, level + 1);
    if (expr.unwrap.has_value()) {
      out += "\n" + Indent(level + 2) + PrintUnwrap(*expr.unwrap);
      for (const LabelFilter& filter : expr.unwrap->post_filters) {
        out += "\n" + Indent(level + 2) + "| " + Print(filter);
      }
    }
    out += fmt::format(" [{}]", FormatPromDuration(expr.range_ns));
    if (expr.offset_ns != 0) {
      out += " offset " + FormatPromDuration(expr.offset_ns);
    }
    out += "\n" + Indent(level) + ")";
    const std::string grouping = PrintGrouping(expr.grouping, ", ");
    return grouping.empty() ? out : out + " " + grouping;
  }

  std::string Aggregate(const AggregateExpr& expr, size_t level) const {
    std::string out = Indent(level) + std::string(AggregateOpText(expr.op));
    if (expr.grouping.has_value() && expr.grouping->labels.empty()) {
      out += expr.grouping->without ? " without" : "";
    } else if (const std::string g = PrintGrouping(expr.grouping, ", "); !g.empty()) {
      out += " " + g;
    }
    out += "(\n";
    if (HasParameter(expr.op)) {
      out += Indent(level + 1) + fmt::format("{},\n", expr.parameter);
    }
    return out + Run(*expr.operand, level + 1) + "\n" + Indent(level) + ")";
  }

  std::string Binary(const BinaryExpr& expr, size_t level) const {
    // As the reference does, which leaves out `on ()`.
    std::string op = expr.matching.labels.empty()
                         ? std::string(BinaryOpText(expr.op)) + (expr.return_bool ? " bool" : "")
                         : PrintOperator(expr, ", ");
    return Run(*expr.lhs, level + 1) + "\n" + Indent(level) + op + "\n" +
           Run(*expr.rhs, level + 1);
  }

  std::string LabelReplace(const LabelReplaceExpr& expr, size_t level) const {
    std::string out = Indent(level) + "label_replace(\n" + Run(*expr.operand, level + 1);
    for (const std::string* text :
         {&expr.destination, &expr.replacement, &expr.source, &expr.regex}) {
      out += ",\n" + Indent(level + 1) + QuoteGoString(*text);
    }
    return out + "\n" + Indent(level) + ")";
  }

  const size_t width_;
};

}  // namespace

std::string FormatNumber(double value) {
  return FormatGoFloat(value);
}

std::string PrintSelector(const std::vector<model::Matcher>& matchers) {
  std::vector<std::string> parts;
  for (const model::Matcher& matcher : matchers) {
    parts.push_back(PrintMatcher(matcher));
  }
  return "{" + Join(parts, ", ") + "}";
}

std::string Print(const LabelFilter& filter) {
  switch (filter.kind) {
    case LabelFilter::Kind::kAnd:
      return fmt::format("( {} , {} )", Print(filter.operands[0]), Print(filter.operands[1]));
    case LabelFilter::Kind::kOr:
      return fmt::format("( {} or {} )", Print(filter.operands[0]), Print(filter.operands[1]));
    case LabelFilter::Kind::kString:
      return PrintLabelMatcher(*filter.matcher);
    case LabelFilter::Kind::kNumber:
      return fmt::format("{}{}{}", filter.label, CompareOpText(filter.op),
                         FormatPlainFloat(filter.number));
    case LabelFilter::Kind::kDuration:
      return fmt::format("{}{}{}", filter.label, CompareOpText(filter.op),
                         FormatGoDuration(filter.duration_ns));
    case LabelFilter::Kind::kBytes:
      return fmt::format("{}{}{}", filter.label, CompareOpText(filter.op),
                         FormatSize(filter.bytes));
    case LabelFilter::Kind::kIp:
      return fmt::format("{}{}ip({})", filter.label,
                         filter.op == CompareOp::kEqual ? "=" : "!=", QuoteGoString(filter.ip));
  }
  return "";
}

std::string Print(const Stage& stage) {
  switch (stage.kind) {
    case Stage::Kind::kLineFilter:
      return PrintLineFilter(stage.line);
    case Stage::Kind::kLabelFilter:
      return "| " + Print(stage.label);
    case Stage::Kind::kJson:
      return "| json" + PrintExtractions(stage);
    case Stage::Kind::kLogfmt:
      return fmt::format("| logfmt{}{}{}", stage.strict ? " --strict" : "",
                         stage.keep_empty ? " --keep-empty" : "", PrintExtractions(stage));
    case Stage::Kind::kRegexp:
      return "| regexp " + QuoteGoString(stage.text);
    case Stage::Kind::kPattern:
      return "| pattern " + QuoteGoString(stage.text);
    case Stage::Kind::kUnpack:
      return "| unpack";
    case Stage::Kind::kLineFormat:
      return "| line_format " + QuoteGoString(stage.text);
    case Stage::Kind::kLabelFormat:
      return "| label_format " + PrintFormats(stage);
    case Stage::Kind::kDecolorize:
      return "| decolorize";
    case Stage::Kind::kDrop:
      return "| drop " + PrintChoices(stage);
    case Stage::Kind::kKeep:
      return "| keep " + PrintChoices(stage);
  }
  return "";
}

std::string Print(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kLog:
      return PrintLog(static_cast<const LogExpr&>(expr));
    case ExprKind::kRange:
      return PrintRange(static_cast<const RangeExpr&>(expr));
    case ExprKind::kAggregate:
      return PrintAggregate(static_cast<const AggregateExpr&>(expr));
    case ExprKind::kBinary: {
      const auto& binary = static_cast<const BinaryExpr&>(expr);
      return fmt::format("({} {} {})", Print(*binary.lhs), PrintOperator(binary, ","),
                         Print(*binary.rhs));
    }
    case ExprKind::kNumber:
      return FormatNumber(static_cast<const NumberExpr&>(expr).value);
    case ExprKind::kVector:
      return PrintVector(static_cast<const VectorExpr&>(expr).value);
    case ExprKind::kLabelReplace:
      return PrintLabelReplace(static_cast<const LabelReplaceExpr&>(expr));
  }
  return "";
}

std::string PrintPretty(const Expr& expr, size_t width) {
  return PrettyPrinter(width).Run(expr, 0);
}

}  // namespace sb::logql
