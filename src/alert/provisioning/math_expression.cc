// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/math_expression.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>

namespace sb::provisioning {
namespace {

using Unary = double (*)(double);
using Binary = double (*)(double, double);
using Node = std::shared_ptr<const MathExpression>;

class Number final : public MathExpression {
 public:
  explicit Number(double value) : value_(value) {}
  base::Result<Frames> Evaluate(const FramesByRef&) const override {
    Frame frame;
    frame.value = value_;
    frame.shown = value_;
    return Frames{frame};
  }

 private:
  const double value_;
};

class Reference final : public MathExpression {
 public:
  explicit Reference(std::string name) : name_(std::move(name)) {}
  base::Result<Frames> Evaluate(const FramesByRef& inputs) const override {
    const auto found = inputs.find(name_);
    if (found == inputs.end()) {
      return base::InvalidArgument("math refers to an unknown query: $" + name_);
    }
    return found->second;
  }

 private:
  const std::string name_;
};

class UnaryNode final : public MathExpression {
 public:
  UnaryNode(Unary op, Node arg) : op_(op), arg_(std::move(arg)) {}
  base::Result<Frames> Evaluate(const FramesByRef& inputs) const override {
    SB_ASSIGN_OR_RETURN(Frames frames, arg_->Evaluate(inputs));
    for (Frame& frame : frames) {
      frame.value = op_(frame.value);
      for (auto& [time, value] : frame.points) {
        value = op_(value);
      }
    }
    return frames;
  }

 private:
  const Unary op_;
  const Node arg_;
};

bool Holds(const model::LabelSet& all, const model::LabelSet& part) {
  return std::all_of(part.begin(), part.end(), [&all](const model::Label& label) {
    return all.Get(label.name) == label.value;
  });
}

class BinaryNode final : public MathExpression {
 public:
  BinaryNode(Binary op, bool logic, Node lhs, Node rhs)
      : op_(op), logic_(logic), lhs_(std::move(lhs)), rhs_(std::move(rhs)) {}

  base::Result<Frames> Evaluate(const FramesByRef& inputs) const override {
    SB_ASSIGN_OR_RETURN(const Frames left, lhs_->Evaluate(inputs));
    SB_ASSIGN_OR_RETURN(const Frames right, rhs_->Evaluate(inputs));
    Frames out;
    for (const Frame& a : left) {
      for (const Frame& b : right) {
        if (Holds(a.labels, b.labels)) {
          out.push_back(Combine(a, b, a.labels));
        } else if (Holds(b.labels, a.labels)) {
          out.push_back(Combine(a, b, b.labels));
        }
      }
    }
    return out;
  }

 private:
  Frame Combine(const Frame& a, const Frame& b, const model::LabelSet& labels) const {
    Frame out;
    out.labels = labels;
    out.is_series = a.is_series || b.is_series;
    if (!out.is_series) {
      out.value = op_(a.value, b.value);
      // Of "A > 5" people want to see A.
      out.shown = logic_ ? a.shown : out.value;
      return out;
    }
    if (a.is_series && b.is_series) {
      size_t j = 0;
      for (const auto& [time, value] : a.points) {
        while (j < b.points.size() && b.points[j].first < time) {
          ++j;
        }
        if (j < b.points.size() && b.points[j].first == time) {
          out.points.emplace_back(time, op_(value, b.points[j].second));
        }
      }
      return out;
    }
    for (const auto& [time, value] : (a.is_series ? a : b).points) {
      out.points.emplace_back(time, a.is_series ? op_(value, b.value) : op_(a.value, value));
    }
    return out;
  }

  const Binary op_;
  const bool logic_;
  const Node lhs_;
  const Node rhs_;
};

struct Operator {
  std::string_view text;
  int level;  // weakest first
  bool logic;
  Binary op;
};
constexpr Operator kOperators[] = {
    {"||", 0, true, [](double a, double b) -> double { return a != 0 || b != 0; }},
    {"&&", 1, true, [](double a, double b) -> double { return a != 0 && b != 0; }},
    {"==", 2, true, [](double a, double b) -> double { return a == b; }},
    {"!=", 2, true, [](double a, double b) -> double { return a != b; }},
    {"<=", 2, true, [](double a, double b) -> double { return a <= b; }},
    {">=", 2, true, [](double a, double b) -> double { return a >= b; }},
    {"<", 2, true, [](double a, double b) -> double { return a < b; }},
    {">", 2, true, [](double a, double b) -> double { return a > b; }},
    {"+", 3, false, [](double a, double b) { return a + b; }},
    {"-", 3, false, [](double a, double b) { return a - b; }},
    {"**", 5, false, [](double a, double b) { return std::pow(a, b); }},
    {"*", 4, false, [](double a, double b) { return a * b; }},
    {"/", 4, false, [](double a, double b) { return a / b; }},
    {"%", 4, false, [](double a, double b) { return std::fmod(a, b); }},
};
constexpr int kLevels = 6;

struct NamedFunction {
  std::string_view name;
  Unary op;  // null: a constant
  double value;
};
const NamedFunction kFunctions[] = {
    {"abs", [](double v) { return std::fabs(v); }, 0},
    {"log", [](double v) { return std::log(v); }, 0},
    {"round", [](double v) { return std::round(v); }, 0},
    {"ceil", [](double v) { return std::ceil(v); }, 0},
    {"floor", [](double v) { return std::floor(v); }, 0},
    {"is_nan", [](double v) -> double { return std::isnan(v); }, 0},
    {"is_inf", [](double v) -> double { return std::isinf(v); }, 0},
    {"is_null", [](double v) -> double { return std::isnan(v); }, 0},
    {"is_number", [](double v) -> double { return std::isfinite(v); }, 0},
    {"infn", nullptr, -std::numeric_limits<double>::infinity()},
    {"inf", nullptr, std::numeric_limits<double>::infinity()},
    {"nan", nullptr, std::numeric_limits<double>::quiet_NaN()},
    {"null", nullptr, std::numeric_limits<double>::quiet_NaN()},
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  base::Result<Node> ParseAll() {
    SB_ASSIGN_OR_RETURN(Node node, ParseLevel(0, 0));
    Skip();
    if (at_ < text_.size()) {
      return Fail();
    }
    return node;
  }

 private:
  base::Status Fail() const {
    return base::InvalidArgument("math: not understood at character " + std::to_string(at_ + 1) +
                                 ": " + std::string(text_));
  }
  void Skip() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
      ++at_;
    }
  }
  bool Take(std::string_view what) {
    Skip();
    if (!text_.substr(at_).starts_with(what)) {
      return false;
    }
    at_ += what.size();
    return true;
  }
  const Operator* TakeOperator(int level) {
    Skip();
    for (const Operator& one : kOperators) {
      if (text_.substr(at_).starts_with(one.text)) {
        if (one.level != level) {
          return nullptr;
        }
        at_ += one.text.size();
        return &one;
      }
    }
    return nullptr;
  }

  base::Result<Node> ParseLevel(int level, int depth) {
    if (depth > kMathDepthMax) {
      return base::InvalidArgument("math: nested too deeply");
    }
    if (level == kLevels) {
      return ParseUnary(depth + 1);
    }
    SB_ASSIGN_OR_RETURN(Node left, ParseLevel(level + 1, depth));
    while (const Operator* op = TakeOperator(level)) {
      SB_ASSIGN_OR_RETURN(Node right, ParseLevel(level + 1, depth));
      left = std::make_shared<BinaryNode>(op->op, op->logic, std::move(left), std::move(right));
    }
    return left;
  }

  base::Result<Node> ParseUnary(int depth) {
    if (depth > kMathDepthMax) {
      return base::InvalidArgument("math: nested too deeply");
    }
    Unary op = nullptr;
    if (Take("-")) {
      op = [](double v) { return -v; };
    } else if (Take("!")) {
      op = [](double v) -> double { return v == 0; };
    }
    if (op != nullptr) {
      SB_ASSIGN_OR_RETURN(Node arg, ParseUnary(depth + 1));
      return Node(std::make_shared<UnaryNode>(op, std::move(arg)));
    }
    return ParsePrimary(depth);
  }

  base::Result<Node> ParsePrimary(int depth) {
    if (Take("(")) {
      SB_ASSIGN_OR_RETURN(Node inner, ParseLevel(0, depth + 1));
      return Take(")") ? base::Result<Node>(std::move(inner)) : base::Result<Node>(Fail());
    }
    if (Take("${")) {
      const size_t end = text_.find('}', at_);
      if (end == std::string_view::npos) {
        return Fail();
      }
      const std::string name(text_.substr(at_, end - at_));
      at_ = end + 1;
      return Node(std::make_shared<Reference>(name));
    }
    if (Take("$")) {
      const std::string name = Word();
      return name.empty() ? base::Result<Node>(Fail())
                          : base::Result<Node>(Node(std::make_shared<Reference>(name)));
    }
    double value = 0;
    const auto [end, error] =
        std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error == std::errc() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0) {
      at_ = static_cast<size_t>(end - text_.data());
      return Node(std::make_shared<Number>(value));
    }
    return ParseFunction(depth);
  }

  base::Result<Node> ParseFunction(int depth) {
    const std::string name = Word();
    for (const NamedFunction& function : kFunctions) {
      if (function.name != name || !Take("(")) {
        continue;
      }
      Node node = std::make_shared<Number>(function.value);
      if (function.op != nullptr) {
        SB_ASSIGN_OR_RETURN(Node arg, ParseLevel(0, depth + 1));
        node = std::make_shared<UnaryNode>(function.op, std::move(arg));
      }
      return Take(")") ? base::Result<Node>(std::move(node)) : base::Result<Node>(Fail());
    }
    return Fail();
  }

  std::string Word() {
    const size_t start = at_;
    while (at_ < text_.size() &&
           (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_')) {
      ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  const std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

base::Result<std::shared_ptr<const MathExpression>> MathExpression::Parse(std::string_view text) {
  return Parser(text).ParseAll();
}

}  // namespace sb::provisioning
