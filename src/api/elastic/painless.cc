// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/painless.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>

namespace sb::api {

struct Painless::Term {
  enum class Kind : uint8_t { kNumber, kParam, kCall, kUnary, kBinary, kChoice };
  Kind kind = Kind::kNumber;
  double number = 0;
  std::string name;  // of a param, function or operator
  std::vector<std::shared_ptr<const Term>> operands;
};

namespace {

using Term = Painless::Term;
using TermPtr = std::shared_ptr<const Term>;

constexpr int kDepthMax = 64;
constexpr size_t kTextMax = 4'096;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

struct FunctionRow {
  std::string_view name;
  size_t arguments;  // beside `values`
  bool takes_values;
};
constexpr std::array<FunctionRow, 18> kFunctions = {{
    {"Math.abs", 1, false},
    {"Math.ceil", 1, false},
    {"Math.floor", 1, false},
    {"Math.log", 1, false},
    {"Math.log10", 1, false},
    {"Math.max", 2, false},
    {"Math.min", 2, false},
    {"Math.pow", 2, false},
    {"Math.round", 1, false},
    {"Math.sqrt", 1, false},
    {"MovingFunctions.max", 0, true},
    {"MovingFunctions.min", 0, true},
    {"MovingFunctions.sum", 0, true},
    {"MovingFunctions.unweightedAvg", 0, true},
    {"MovingFunctions.stdDev", 1, true},
    {"MovingFunctions.linearWeightedAvg", 0, true},
    {"MovingFunctions.ewma", 1, true},
    {"MovingFunctions.holt", 2, true},
}};

class Parser {
 public:
  Parser(std::string_view text, std::vector<std::string>* names)
      : whole_(text), rest_(text), names_(names) {}

  base::Result<TermPtr> Whole() {
    if (whole_.size() > kTextMax) {
      return base::InvalidArgument("a script is longer than 4096 bytes");
    }
    Skip();
    if (rest_.starts_with("return ")) {
      rest_.remove_prefix(7);
    }
    SB_ASSIGN_OR_RETURN(TermPtr term, Choice(0));
    Eat(";");
    if (!rest_.empty()) {
      return Refuse();
    }
    return term;
  }

 private:
  base::Status Refuse() const {
    return base::InvalidArgument("cannot run script [" + std::string(whole_) +
                                 "]: it is not understood at [" + std::string(rest_.substr(0, 30)) +
                                 "]");
  }
  void Skip() {
    while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\n')) {
      rest_.remove_prefix(1);
    }
  }
  bool Eat(std::string_view token) {
    Skip();
    if (!rest_.starts_with(token)) {
      return false;
    }
    rest_.remove_prefix(token.size());
    Skip();
    return true;
  }
  static TermPtr Make(Term::Kind kind, std::string_view name, std::vector<TermPtr> operands) {
    auto term = std::make_shared<Term>();
    term->kind = kind;
    term->name = name;
    term->operands = std::move(operands);
    return term;
  }

  base::Result<TermPtr> Choice(int depth) {
    if (depth > kDepthMax) {
      return base::InvalidArgument("a script is nested more than 64 deep");
    }
    SB_ASSIGN_OR_RETURN(TermPtr condition, Binary(0, depth));
    if (!Eat("?")) {
      return condition;
    }
    SB_ASSIGN_OR_RETURN(TermPtr yes, Choice(depth + 1));
    if (!Eat(":")) {
      return Refuse();
    }
    SB_ASSIGN_OR_RETURN(TermPtr no, Choice(depth + 1));
    return Make(Term::Kind::kChoice, "?", {condition, yes, no});
  }

  base::Result<TermPtr> Binary(size_t level, int depth) {
    static const std::vector<std::vector<std::string_view>> kLevels = {
        {"||"}, {"&&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}};
    if (level == kLevels.size()) {
      return Unary(depth);
    }
    SB_ASSIGN_OR_RETURN(TermPtr left, Binary(level + 1, depth));
    for (;;) {
      const auto found = std::find_if(kLevels[level].begin(), kLevels[level].end(),
                                      [this](std::string_view token) { return Eat(token); });
      if (found == kLevels[level].end()) {
        return left;
      }
      SB_ASSIGN_OR_RETURN(TermPtr right, Binary(level + 1, depth));
      left = Make(Term::Kind::kBinary, *found, {left, right});
    }
  }

  base::Result<TermPtr> Unary(int depth) {
    if (depth > kDepthMax) {
      return base::InvalidArgument("a script is nested more than 64 deep");
    }
    for (const std::string_view token : {"-", "!"}) {
      if (Eat(token)) {
        SB_ASSIGN_OR_RETURN(TermPtr operand, Unary(depth + 1));
        return Make(Term::Kind::kUnary, token, {operand});
      }
    }
    if (Eat("(")) {
      SB_ASSIGN_OR_RETURN(TermPtr inner, Choice(depth + 1));
      if (!Eat(")")) {
        return Refuse();
      }
      return inner;
    }
    return Primary(depth);
  }

  base::Result<TermPtr> Primary(int depth) {
    Skip();
    double number = 0;
    const auto read = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (read.ec == std::errc() && !rest_.empty() && (rest_[0] < 'A')) {
      rest_.remove_prefix(static_cast<size_t>(read.ptr - rest_.data()));
      for (const std::string_view suffix : {"L", "d", "D", "f"}) {
        if (rest_.starts_with(suffix)) {
          rest_.remove_prefix(1);
          break;
        }
      }
      auto term = std::make_shared<Term>();
      term->number = number;
      return TermPtr(term);
    }
    const std::string name = Name();
    if (name == "params" && Eat("['")) {
      const size_t end = rest_.find("']");
      if (end == std::string_view::npos) {
        return Refuse();
      }
      const std::string param(rest_.substr(0, end));
      rest_.remove_prefix(end + 2);
      return Param(param);
    }
    if (name.starts_with("params.")) {
      return Param(name.substr(7));
    }
    return Call(name, depth);
  }

  std::string Name() {
    size_t end = 0;
    while (end < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[end])) != 0 ||
                                  rest_[end] == '_' || rest_[end] == '.')) {
      ++end;
    }
    std::string name(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return name;
  }

  TermPtr Param(const std::string& name) {
    names_->push_back(name);
    return Make(Term::Kind::kParam, name, {});
  }

  base::Result<TermPtr> Call(const std::string& name, int depth) {
    const auto* const row = std::find_if(kFunctions.begin(), kFunctions.end(),
                                         [&name](const FunctionRow& r) { return r.name == name; });
    if (row == kFunctions.end() || !Eat("(")) {
      rest_ = rest_.data() - name.size() >= whole_.data()
                  ? std::string_view(rest_.data() - name.size(), rest_.size() + name.size())
                  : rest_;
      return Refuse();
    }
    if (row->takes_values && (!Eat("values") || (row->arguments > 0 && !Eat(",")))) {
      return Refuse();
    }
    std::vector<TermPtr> operands;
    for (size_t i = 0; i < row->arguments; ++i) {
      if (i > 0 && !Eat(",")) {
        return Refuse();
      }
      SB_ASSIGN_OR_RETURN(TermPtr operand, Choice(depth + 1));
      operands.push_back(std::move(operand));
    }
    if (!Eat(")")) {
      return Refuse();
    }
    return Make(Term::Kind::kCall, name, std::move(operands));
  }

  const std::string_view whole_;
  std::string_view rest_;
  std::vector<std::string>* const names_;
};

double Sum(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) {
    sum += value;
  }
  return sum;
}

double Average(std::span<const double> values) {
  return values.empty() ? kNaN : Sum(values) / static_cast<double>(values.size());
}

double Deviation(std::span<const double> values, double mean) {
  double squares = 0;
  for (const double value : values) {
    squares += (value - mean) * (value - mean);
  }
  return std::isnan(mean) ? kNaN : std::sqrt(squares / static_cast<double>(values.size()));
}

double LinearWeighted(std::span<const double> values) {
  double sum = 0;
  double weights = 1;
  double weight = 1;
  for (const double value : values) {
    sum += value * weight;
    weights += weight;
    weight += 1;
  }
  return values.empty() ? kNaN : sum / weights;
}

double Ewma(std::span<const double> values, double alpha) {
  double average = kNaN;
  for (const double value : values) {
    average = std::isnan(average) ? value : value * alpha + average * (1 - alpha);
  }
  return average;
}

double Holt(std::span<const double> values, double alpha, double beta) {
  double level = kNaN;
  double trend = 0;
  for (const double value : values) {
    if (std::isnan(level)) {
      level = value;
      continue;
    }
    const double before = level;
    level = alpha * value + (1 - alpha) * (level + trend);
    trend = beta * (level - before) + (1 - beta) * trend;
  }
  return level;
}

double OfValues(std::string_view name, std::span<const double> values, double a, double b) {
  if (name == "sum") {
    return Sum(values);
  }
  if (name == "max" || name == "min") {
    return values.empty()  ? kNaN
           : name == "max" ? *std::max_element(values.begin(), values.end())
                           : *std::min_element(values.begin(), values.end());
  }
  return name == "unweightedAvg"       ? Average(values)
         : name == "stdDev"            ? Deviation(values, a)
         : name == "linearWeightedAvg" ? LinearWeighted(values)
         : name == "ewma"              ? Ewma(values, a)
                                       : Holt(values, a, b);
}

double OfNumbers(std::string_view name, double a, double b) {
  return name == "abs"     ? std::fabs(a)
         : name == "ceil"  ? std::ceil(a)
         : name == "floor" ? std::floor(a)
         : name == "log"   ? std::log(a)
         : name == "log10" ? std::log10(a)
         : name == "max"   ? std::max(a, b)
         : name == "min"   ? std::min(a, b)
         : name == "pow"   ? std::pow(a, b)
         : name == "round" ? std::floor(a + 0.5)
                           : std::sqrt(a);
}

double BinaryValue(std::string_view op, double a, double b) {
  return op == "+"    ? a + b
         : op == "-"  ? a - b
         : op == "*"  ? a * b
         : op == "/"  ? a / b
         : op == "%"  ? std::fmod(a, b)
         : op == "==" ? static_cast<double>(a == b)
         : op == "!=" ? static_cast<double>(a != b)
         : op == "<=" ? static_cast<double>(a <= b)
         : op == ">=" ? static_cast<double>(a >= b)
         : op == "<"  ? static_cast<double>(a < b)
         : op == ">"  ? static_cast<double>(a > b)
         : op == "&&" ? static_cast<double>(a != 0 && b != 0)
                      : static_cast<double>(a != 0 || b != 0);
}

double ValueOf(const Term& term, const Painless::Scope& scope) {
  std::array<double, 3> of{};
  if (term.kind == Term::Kind::kChoice) {
    return ValueOf(*term.operands[ValueOf(*term.operands[0], scope) != 0 ? 1 : 2], scope);
  }
  for (size_t i = 0; i < term.operands.size(); ++i) {
    of[i] = ValueOf(*term.operands[i], scope);
  }
  switch (term.kind) {
    case Term::Kind::kNumber:
      return term.number;
    case Term::Kind::kParam: {
      const auto found = scope.params.find(term.name);
      return found == scope.params.end() ? kNaN : found->second;
    }
    case Term::Kind::kUnary:
      return term.name == "-" ? -of[0] : static_cast<double>(of[0] == 0);
    case Term::Kind::kBinary:
      return BinaryValue(term.name, of[0], of[1]);
    default: {
      const std::string_view name = term.name;
      return name.starts_with("Math.")
                 ? OfNumbers(name.substr(5), of[0], of[1])
                 : OfValues(name.substr(name.find('.') + 1), scope.values, of[0], of[1]);
    }
  }
}

}  // namespace

base::Result<Painless> Painless::Parse(std::string_view text) {
  Painless script;
  SB_ASSIGN_OR_RETURN(script.root_, Parser(text, &script.names_).Whole());
  return script;
}

double Painless::Evaluate(const Scope& scope) const {
  return ValueOf(*root_, scope);
}

}  // namespace sb::api
