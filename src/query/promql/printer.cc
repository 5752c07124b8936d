// SPDX-License-Identifier: Apache-2.0
#include "query/promql/printer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "model/label_name.h"
#include "model/label_set.h"
#include "query/promql/literals.h"
#include "query/promql/number_text.h"

namespace sb::promql {
namespace {

constexpr size_t kColumnsMax = 100;

// Text being printed. Once it is longer than `enough`, nothing more needs to be added: that keeps
// PrintPretty, which asks at each level whether the node fits a line, from being quadratic.
class Line {
 public:
  explicit Line(size_t enough = std::string::npos) : enough_(enough) {}
  Line& operator+=(std::string_view more) {
    text_ += more;
    return *this;
  }
  Line& operator+=(char more) {
    text_ += more;
    return *this;
  }
  Line& append(std::string_view more) { return *this += more; }
  bool IsEnough() const { return text_.size() > enough_; }
  // Whether `bytes` more would be enough; then something as long stands for them.
  bool Overflow(size_t bytes) {
    if (enough_ == std::string::npos || text_.size() + bytes <= enough_) {
      return false;
    }
    text_.append(enough_ + 1, ' ');
    return true;
  }
  const std::string& text() const { return text_; }
  std::string TakeText() { return std::move(text_); }

 private:
  std::string text_;
  const size_t enough_;
};

void PrintTo(const Expr& expr, Line* out);

void PrintLabels(const std::vector<std::string>& labels, Line* out) {
  *out += '(';
  for (size_t i = 0; i < labels.size(); ++i) {
    *out += i > 0 ? ", " : "";
    *out += model::IsLegacyLabelName(labels[i]) ? labels[i] : model::QuoteString(labels[i]);
  }
  *out += ')';
}

// Go's %v: exponents below 1e-4 and from 1e21.
std::string PrintFillValue(double value) {
  if (!std::isfinite(value) || value == 0) {
    return PrintNumber(value);
  }
  const double magnitude = std::fabs(value);
  if (magnitude >= 1e-4 && magnitude < 1e21) {
    return PrintNumber(value);
  }
  char buffer[64];
  const auto result =
      std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  return std::string(buffer, result.ptr);
}

void PrintMatching(const BinaryExpr& binary, Line* out) {
  *out += binary.return_bool ? " bool" : "";
  if (!binary.matching.has_value()) {
    return;
  }
  const VectorMatching& matching = *binary.matching;
  const bool grouped = matching.card == MatchCardinality::kManyToOne ||
                       matching.card == MatchCardinality::kOneToMany;
  if (!matching.labels.empty() || matching.on || grouped) {
    *out += matching.on ? " on " : " ignoring ";
    PrintLabels(matching.labels, out);
  }
  if (grouped) {
    *out += matching.card == MatchCardinality::kManyToOne ? " group_left " : " group_right ";
    PrintLabels(matching.include, out);
  }
  const auto& [left, right] = std::pair(matching.fill_left, matching.fill_right);
  if (left.has_value() && right.has_value() && *left == *right &&
      std::signbit(*left) == std::signbit(*right)) {
    *out += " fill (" + PrintFillValue(*left) + ")";
    return;
  }
  if (left.has_value()) {
    *out += " fill_left (" + PrintFillValue(*left) + ")";
  }
  if (right.has_value()) {
    *out += " fill_right (" + PrintFillValue(*right) + ")";
  }
}

void PrintDurationExpr(const DurationExpr& duration, Line* out) {
  *out += duration.wrapped ? "(" : "";
  switch (duration.op) {
    case DurationOp::kStep:
    case DurationOp::kRange:
      out->append(DurationOpName(duration.op)).append("()");
      break;
    case DurationOp::kMinOf:
    case DurationOp::kMaxOf:
      out->append(DurationOpName(duration.op)).append("(");
      PrintTo(*duration.lhs, out);
      *out += ", ";
      PrintTo(*duration.rhs, out);
      *out += ')';
      break;
    case DurationOp::kMinus:
      *out += '-';
      PrintTo(*duration.rhs, out);
      break;
    case DurationOp::kPlus:
      PrintTo(*duration.rhs, out);
      break;
    default:
      PrintTo(*duration.lhs, out);
      out->append(" ").append(DurationOpName(duration.op)).append(" ");
      PrintTo(*duration.rhs, out);
      break;
  }
  *out += duration.wrapped ? ")" : "";
}

void PrintAt(const TimeModifiers& time, Line* out) {
  if (time.at_anchor != AtAnchor::kNone) {
    *out += time.at_anchor == AtAnchor::kStart ? " @ start()" : " @ end()";
  } else if (time.at_ms.has_value()) {
    const int64_t ms = *time.at_ms;
    *out +=
        fmt::format(" @ {}{}.{:03}", ms < 0 ? "-" : "", std::abs(ms) / 1000, std::abs(ms) % 1000);
  }
}

void PrintOffset(const TimeModifiers& time, Line* out) {
  if (time.offset_expr != nullptr) {
    *out += " offset ";
    PrintDurationExpr(*time.offset_expr, out);
  } else if (time.original_offset_ms != 0) {
    *out += " offset " + PrintDuration(time.original_offset_ms);
  }
}

// Whether arithmetic that follows `offset …` would be taken for a part of the duration.
bool IsOpenOffset(const DurationExpr* maybe_expr) {
  if (maybe_expr == nullptr) {
    return false;
  }
  const auto* signed_expr = TryAs<DurationExpr>(maybe_expr->rhs.get());
  const bool two_signs = maybe_expr->op == DurationOp::kMinus && signed_expr != nullptr &&
                         signed_expr->op == DurationOp::kMinus && !signed_expr->wrapped;
  return maybe_expr->wrapped || maybe_expr->op <= DurationOp::kPow || two_signs;
}

void PrintExtended(const VectorSelector& selector, Line* out) {
  *out += selector.anchored ? " anchored" : selector.smoothed ? " smoothed" : "";
}

void PrintMatchers(const VectorSelector& selector, Line* out) {
  std::vector<std::string> matchers;
  for (const model::Matcher& matcher : selector.matchers) {
    const bool is_name = matcher.name() == model::kMetricName &&
                         matcher.type() == model::MatchType::kEqual &&
                         matcher.value() == selector.name && !matcher.value().empty();
    if (!is_name && out->Overflow(matcher.value().size())) {
      return;
    }
    if (!is_name) {
      matchers.push_back(matcher.ToString());
    }
  }
  *out += selector.name;
  // Nothing at all would not parse again: the matchers of info() may be empty.
  if (matchers.empty() && !selector.name.empty()) {
    return;
  }
  std::sort(matchers.begin(), matchers.end());
  *out += '{';
  for (size_t i = 0; i < matchers.size(); ++i) {
    *out += i > 0 ? "," : "";
    *out += matchers[i];
  }
  *out += '}';
}

void PrintSelector(const VectorSelector& selector, Line* out) {
  PrintMatchers(selector, out);
  const bool offset_first = IsOpenOffset(selector.time.offset_expr.get());
  if (offset_first) {
    PrintOffset(selector.time, out);
  }
  PrintAt(selector.time, out);
  PrintExtended(selector, out);
  if (!offset_first) {
    PrintOffset(selector.time, out);
  }
}

void PrintRange(int64_t ms, const DurationExpr* maybe_expr, Line* out) {
  if (maybe_expr != nullptr) {
    PrintDurationExpr(*maybe_expr, out);
  } else {
    *out += PrintDuration(ms);
  }
}

void PrintMatrixSuffix(const MatrixSelector& matrix, Line* out) {
  *out += '[';
  PrintRange(matrix.range_ms, matrix.range_expr.get(), out);
  *out += ']';
  const TimeModifiers& time = matrix.selector->time;
  const bool offset_first = IsOpenOffset(time.offset_expr.get());
  if (offset_first) {
    PrintOffset(time, out);
  }
  PrintExtended(*matrix.selector, out);
  PrintAt(time, out);
  if (!offset_first) {
    PrintOffset(time, out);
  }
}

void PrintSubquerySuffix(const SubqueryExpr& subquery, Line* out) {
  *out += '[';
  PrintRange(subquery.range_ms, subquery.range_expr.get(), out);
  *out += ':';
  if (subquery.step_expr != nullptr || subquery.step_ms != 0) {
    PrintRange(subquery.step_ms, subquery.step_expr.get(), out);
  }
  *out += ']';
  const bool offset_first = IsOpenOffset(subquery.time.offset_expr.get());
  if (offset_first) {
    PrintOffset(subquery.time, out);
  }
  PrintAt(subquery.time, out);
  if (!offset_first) {
    PrintOffset(subquery.time, out);
  }
}

void PrintAggregateHead(const AggregateExpr& aggregate, Line* out) {
  out->append(AggregateOpName(aggregate.op));
  if (aggregate.without || !aggregate.grouping.empty()) {
    *out += aggregate.without ? " without " : " by ";
    PrintLabels(aggregate.grouping, out);
    *out += ' ';
  }
}

void PrintAggregate(const AggregateExpr& aggregate, Line* out) {
  PrintAggregateHead(aggregate, out);
  *out += '(';
  if (aggregate.param != nullptr) {
    PrintTo(*aggregate.param, out);
    *out += ", ";
  }
  PrintTo(*aggregate.expr, out);
  *out += ')';
}

void PrintOperator(const BinaryExpr& binary, Line* out) {
  out->append(BinaryOpName(binary.op));
  PrintMatching(binary, out);
}

void PrintBinary(const BinaryExpr& binary, Line* out) {
  const auto* base = TryAs<NumberLiteral>(binary.lhs.get());
  if (binary.op == BinaryOp::kPow && base != nullptr && std::isinf(base->value)) {
    *out += "Inf";  // a sign would take the whole power for its operand
  } else {
    PrintTo(*binary.lhs, out);
  }
  *out += ' ';
  PrintOperator(binary, out);
  *out += ' ';
  PrintTo(*binary.rhs, out);
}

void PrintCall(const Call& call, Line* out) {
  out->append(call.function->name).append("(");
  for (size_t i = 0; i < call.args.size(); ++i) {
    *out += i > 0 ? ", " : "";
    PrintTo(*call.args[i], out);
  }
  *out += ')';
}

void PrintLiteral(const NumberLiteral& number, Line* out) {
  if (number.duration) {
    *out += number.value == 0 && std::signbit(number.value) ? "-" : "";  // 1 / -0s is -Inf
    *out += PrintDuration(SecondsToMs(number.value));
  } else {
    *out += PrintNumber(number.value);
  }
}

void PrintTo(const Expr& expr, Line* out) {
  if (out->IsEnough()) {
    return;
  }
  switch (expr.kind) {
    case ExprKind::kNumberLiteral:
      return PrintLiteral(As<NumberLiteral>(expr), out);
    case ExprKind::kStringLiteral:
      if (!out->Overflow(As<StringLiteral>(expr).value.size())) {
        *out += model::QuoteString(As<StringLiteral>(expr).value);
      }
      return;
    case ExprKind::kVectorSelector:
      return PrintSelector(As<VectorSelector>(expr), out);
    case ExprKind::kMatrixSelector:
      PrintMatchers(*As<MatrixSelector>(expr).selector, out);
      return PrintMatrixSuffix(As<MatrixSelector>(expr), out);
    case ExprKind::kSubquery:
      PrintTo(*As<SubqueryExpr>(expr).expr, out);
      return PrintSubquerySuffix(As<SubqueryExpr>(expr), out);
    case ExprKind::kAggregate:
      return PrintAggregate(As<AggregateExpr>(expr), out);
    case ExprKind::kBinary:
      return PrintBinary(As<BinaryExpr>(expr), out);
    case ExprKind::kUnary:
      out->append(UnaryOpName(As<UnaryExpr>(expr).op));
      return PrintTo(*As<UnaryExpr>(expr).expr, out);
    case ExprKind::kParen:
      *out += '(';
      PrintTo(*As<ParenExpr>(expr).expr, out);
      *out += ')';
      return;
    case ExprKind::kCall:
      return PrintCall(As<Call>(expr), out);
    case ExprKind::kDuration:
      return PrintDurationExpr(As<DurationExpr>(expr), out);
    case ExprKind::kStepInvariant:
      return PrintTo(*As<StepInvariantExpr>(expr).expr, out);
  }
}

// Each level prints its operands again to learn their width. That is quadratic in the height, so
// the widths are found first, from the leaves up.
enum class FirstLine : uint8_t { kIndented, kPlain };

// Appends to one text: joining the texts of the operands at each level would be quadratic.
class PrettyPrinter {
 public:
  std::string TakeText() { return std::move(out_); }

  void Add(const Expr& expr, int level, FirstLine first) {
    if (expr.kind == ExprKind::kUnary) {
      return AddUnary(As<UnaryExpr>(expr), level, first);
    }
    Line line(kColumnsMax);
    PrintTo(expr, &line);
    if (line.text().size() <= kColumnsMax) {
      // The reference gives a short subquery no indent.
      AddIndent(level, expr.kind == ExprKind::kSubquery ? FirstLine::kPlain : first);
      out_ += line.text();
      return;
    }
    AddBroken(expr, level, first);
  }

 private:
  void AddIndent(int level, FirstLine first = FirstLine::kIndented) {
    if (first == FirstLine::kIndented) {
      out_.append(static_cast<size_t>(level) * 2, ' ');
    }
  }

  void AddBroken(const Expr& expr, int level, FirstLine first) {
    switch (expr.kind) {
      case ExprKind::kAggregate:
        return AddAggregate(As<AggregateExpr>(expr), level, first);
      case ExprKind::kBinary:
        return AddBinary(As<BinaryExpr>(expr), level, first);
      case ExprKind::kCall:
        return AddCall(As<Call>(expr), level, first);
      case ExprKind::kParen:
        AddIndent(level, first);
        out_ += "(\n";
        Add(*As<ParenExpr>(expr).expr, level + 1, FirstLine::kIndented);
        return AddClosing(level);
      case ExprKind::kSubquery:
        Add(*As<SubqueryExpr>(expr).expr, level, first);
        out_ += PrintShort(expr);
        return;
      case ExprKind::kStepInvariant:
        return Add(*As<StepInvariantExpr>(expr).expr, level, first);
      default:
        AddIndent(level, first);
        out_ += Print(expr);
        return;
    }
  }

  void AddClosing(int level) {
    out_ += '\n';
    AddIndent(level);
    out_ += ')';
  }

  void AddUnary(const UnaryExpr& unary, int level, FirstLine first) {
    AddIndent(level, first);
    out_ += UnaryOpName(unary.op);
    Add(*unary.expr, level, FirstLine::kPlain);
  }

  void AddAggregate(const AggregateExpr& aggregate, int level, FirstLine first) {
    AddIndent(level, first);
    out_ += PrintShort(aggregate);
    out_ += "(\n";
    if (aggregate.param != nullptr) {
      Add(*aggregate.param, level + 1, FirstLine::kIndented);
      out_ += ",\n";
    }
    Add(*aggregate.expr, level + 1, FirstLine::kIndented);
    AddClosing(level);
  }

  void AddBinary(const BinaryExpr& binary, int level, FirstLine first) {
    Add(*binary.lhs, level + 1, first);
    out_ += '\n';
    AddIndent(level);
    out_ += PrintShort(binary);
    out_ += '\n';
    Add(*binary.rhs, level + 1, FirstLine::kIndented);
  }

  void AddCall(const Call& call, int level, FirstLine first) {
    AddIndent(level, first);
    out_ += call.function->name;
    out_ += "(\n";
    for (size_t i = 0; i < call.args.size(); ++i) {
      out_ += i > 0 ? ",\n" : "";
      Add(*call.args[i], level + 1, FirstLine::kIndented);
    }
    AddClosing(level);
  }

  std::string out_;
};

}  // namespace

std::string Print(const Expr& expr) {
  Line out;
  PrintTo(expr, &out);
  return out.TakeText();
}

std::string PrintPretty(const Expr& expr) {
  PrettyPrinter printer;
  printer.Add(expr, 0, FirstLine::kIndented);
  return printer.TakeText();
}

std::string PrintShort(const Expr& expr) {
  Line out;
  switch (expr.kind) {
    case ExprKind::kAggregate:
      PrintAggregateHead(As<AggregateExpr>(expr), &out);
      break;
    case ExprKind::kBinary:
      PrintOperator(As<BinaryExpr>(expr), &out);
      break;
    case ExprKind::kCall:
      out += As<Call>(expr).function->name;
      break;
    case ExprKind::kMatrixSelector:
      PrintMatrixSuffix(As<MatrixSelector>(expr), &out);
      break;
    case ExprKind::kSubquery:
      PrintSubquerySuffix(As<SubqueryExpr>(expr), &out);
      break;
    case ExprKind::kUnary:
      out += UnaryOpName(As<UnaryExpr>(expr).op);
      break;
    default:
      PrintTo(expr, &out);
      break;
  }
  return out.TakeText();
}

std::string PrintDuration(int64_t ms) {
  struct Unit {
    std::string_view name;
    uint64_t ms;
    bool only_evenly;
  };
  static constexpr Unit kUnits[] = {
      {"y", 365 * 86'400'000ULL, true},
      {"w", 7 * 86'400'000ULL, true},
      {"d", 86'400'000, false},
      {"h", 3'600'000, false},
      {"m", 60'000, false},
      {"s", 1'000, false},
      {"ms", 1, false},
  };
  if (ms == 0) {
    return "0s";
  }
  uint64_t rest = ms < 0 ? ~static_cast<uint64_t>(ms) + 1 : static_cast<uint64_t>(ms);
  std::string out = ms < 0 ? "-" : "";
  for (const Unit& unit : kUnits) {
    const uint64_t count = rest / unit.ms;
    if (count > 0 && (!unit.only_evenly || rest % unit.ms == 0)) {
      out.append(std::to_string(count)).append(unit.name);
      rest -= count * unit.ms;
    }
  }
  return out;
}

std::string PrintNumber(double value) {
  return PlainFloat(value);
}

}  // namespace sb::promql
