// SPDX-License-Identifier: Apache-2.0
//
// Within braces: attributes, literals and the operators between them.
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "query/traceql/parser_internal.h"
#include "query/traceql/word_literal.h"

namespace sb::traceql {
namespace {

struct Binary {
  std::string_view symbol;
  FieldOp op;
  int precedence;
};
// `!` stands between + and *, unary minus above ^.
constexpr int kNotPrecedence = 4;
constexpr int kPowPrecedence = 6;
constexpr Binary kBinaries[] = {
    {"&&", FieldOp::kAnd, 1},    {"||", FieldOp::kOr, 1},
    {"=", FieldOp::kEqual, 2},   {"!=", FieldOp::kNotEqual, 2},
    {"<", FieldOp::kLess, 2},    {"<=", FieldOp::kLessEqual, 2},
    {">", FieldOp::kGreater, 2}, {">=", FieldOp::kGreaterEqual, 2},
    {"=~", FieldOp::kRegex, 2},  {"!~", FieldOp::kNotRegex, 2},
    {"+", FieldOp::kAdd, 3},     {"-", FieldOp::kSub, 3},
    {"*", FieldOp::kMul, 5},     {"/", FieldOp::kDiv, 5},
    {"%", FieldOp::kMod, 5},     {"^", FieldOp::kPow, kPowPrecedence},
};

const Binary* BinaryOf(const Token& token) {
  for (const Binary& binary : kBinaries) {
    if (token.Is(binary.symbol)) {
      return &binary;
    }
  }
  return nullptr;
}

FieldExprPtr NewUnary(FieldOp op, FieldExprPtr operand) {
  auto out = std::make_unique<FieldExpr>();
  out->kind = FieldExpr::Kind::kUnary;
  out->op = op;
  out->lhs = std::move(operand);
  return out;
}

FieldExprPtr NewBinary(FieldOp op, FieldExprPtr lhs, FieldExprPtr rhs) {
  auto out = std::make_unique<FieldExpr>();
  out->kind = FieldExpr::Kind::kBinary;
  out->op = op;
  out->lhs = std::move(lhs);
  out->rhs = std::move(rhs);
  return out;
}

// -5 is a literal, not an operation.
bool NegateLiteral(FieldExpr* expr) {
  if (expr->kind != FieldExpr::Kind::kLiteral) {
    return false;
  }
  Literal& literal = expr->literal;
  if (literal.type == ValueType::kFloat) {
    literal.number = -literal.number;
    return true;
  }
  if ((literal.type == ValueType::kInt || literal.type == ValueType::kDuration) &&
      literal.integer != INT64_MIN) {
    literal.integer = -literal.integer;
    return true;
  }
  return false;
}

}  // namespace

bool WordLiteral(std::string_view word, Literal* out) {
  struct Row {
    std::string_view word;
    ValueType type;
    int64_t value;
  };
  static constexpr Row kRows[] = {
      {"true", ValueType::kBool, 1},
      {"false", ValueType::kBool, 0},
      {"nil", ValueType::kNil, 0},
      {"error", ValueType::kStatus, kStatusError},
      {"ok", ValueType::kStatus, kStatusOk},
      {"unset", ValueType::kStatus, kStatusUnset},
      {"unspecified", ValueType::kKind, 0},
      {"internal", ValueType::kKind, 1},
      {"server", ValueType::kKind, 2},
      {"client", ValueType::kKind, 3},
      {"producer", ValueType::kKind, 4},
      {"consumer", ValueType::kKind, 5},
      {"minInt", ValueType::kInt, std::numeric_limits<int64_t>::min()},
      {"maxInt", ValueType::kInt, std::numeric_limits<int64_t>::max()},
  };
  for (const Row& row : kRows) {
    if (row.word == word) {
      *out = {row.type, row.value, 0, ""};
      return true;
    }
  }
  return false;
}

bool Parser::ParseLiteral(Literal* out) {
  const bool negative = Take("-");
  switch (token_.type) {
    case TokenType::kInt:
      *out = {ValueType::kInt, negative ? -token_.integer : token_.integer, 0, ""};
      break;
    case TokenType::kFloat:
      *out = {ValueType::kFloat, 0, negative ? -token_.number : token_.number, ""};
      break;
    case TokenType::kDuration:
      *out = {ValueType::kDuration, negative ? -token_.integer : token_.integer, 0, ""};
      break;
    case TokenType::kString:
      if (negative) {
        return FailUnexpected("a number");
      }
      *out = {ValueType::kString, 0, 0, std::string(token_.text)};
      break;
    case TokenType::kWord:
      if (negative || !WordLiteral(token_.text, out)) {
        return FailUnexpected("a value");
      }
      break;
    default:
      return FailUnexpected("a value");
  }
  Advance();
  return true;
}

bool Parser::ParseAttribute(Attribute* out) {
  if (token_.type == TokenType::kAttribute) {
    *out = token_.attribute;
    Advance();
    return true;
  }
  if (token_.type == TokenType::kWord) {
    if (const auto intrinsic = UnscopedIntrinsic(token_.text); intrinsic.has_value()) {
      *out = {AttributeScope::kAny, *intrinsic, false, std::string(token_.text)};
      Advance();
      return true;
    }
  }
  return FailUnexpected("an attribute");
}

bool Parser::ParseAttributeList(std::vector<Attribute>* out) {
  if (!Expect("(")) {
    return false;
  }
  do {
    Attribute attribute;
    if (!ParseAttribute(&attribute)) {
      return false;
    }
    out->push_back(std::move(attribute));
  } while (Take(","));
  return Expect(")");
}

FieldExprPtr Parser::ParseField(int min_precedence) {
  const Depth depth(this);
  FieldExprPtr lhs = depth.ok() ? ParseFieldUnary() : nullptr;
  while (lhs != nullptr) {
    const Binary* binary = BinaryOf(token_);
    if (binary == nullptr || binary->precedence < min_precedence) {
      break;
    }
    Advance();
    const bool to_the_right = binary->precedence == kPowPrecedence;
    FieldExprPtr rhs = ParseField(binary->precedence + (to_the_right ? 0 : 1));
    if (rhs == nullptr) {
      return nullptr;
    }
    lhs = NewBinary(binary->op, std::move(lhs), std::move(rhs));
  }
  return lhs;
}

FieldExprPtr Parser::ParseFieldUnary() {
  const Depth depth(this);
  if (!depth.ok()) {
    return nullptr;
  }
  if (Take("!")) {
    FieldExprPtr operand = ParseField(kNotPrecedence + 1);
    return operand == nullptr ? nullptr : NewUnary(FieldOp::kNot, std::move(operand));
  }
  if (Take("-")) {
    FieldExprPtr operand = ParseFieldUnary();
    if (operand == nullptr || NegateLiteral(operand.get())) {
      return operand;
    }
    return NewUnary(FieldOp::kNegate, std::move(operand));
  }
  return ParseFieldPrimary();
}

FieldExprPtr Parser::ParseFieldPrimary() {
  if (Take("(")) {
    FieldExprPtr inner = ParseField(0);
    return inner != nullptr && Expect(")") ? std::move(inner) : nullptr;
  }
  auto out = std::make_unique<FieldExpr>();
  const bool is_attribute =
      token_.type == TokenType::kAttribute ||
      (token_.type == TokenType::kWord && UnscopedIntrinsic(token_.text).has_value());
  if (is_attribute) {
    out->kind = FieldExpr::Kind::kAttribute;
    return ParseAttribute(&out->attribute) ? std::move(out) : nullptr;
  }
  const bool starts_value = token_.type == TokenType::kString || token_.type == TokenType::kInt ||
                            token_.type == TokenType::kFloat ||
                            token_.type == TokenType::kDuration || token_.type == TokenType::kWord;
  if (!starts_value) {
    FailUnexpected("an attribute or a value");
    return nullptr;
  }
  return ParseLiteral(&out->literal) ? std::move(out) : nullptr;
}

}  // namespace sb::traceql
