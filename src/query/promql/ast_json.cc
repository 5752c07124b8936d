// SPDX-License-Identifier: Apache-2.0
#include "query/promql/ast_json.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <string_view>

#include "model/label_name.h"
#include "query/promql/printer.h"

namespace sb::promql {
namespace {

std::string_view MatchTypeName(model::MatchType type) {
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

class AstWriter {
 public:
  std::string TakeText() { return std::move(out_); }

  void Write(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kNumberLiteral:
        return WriteNumber(As<NumberLiteral>(expr));
      case ExprKind::kStringLiteral:
        return Object([&] {
          Field("type", "stringLiteral");
          Field("val", As<StringLiteral>(expr).value);
        });
      case ExprKind::kVectorSelector:
        return WriteSelector(As<VectorSelector>(expr), nullptr);
      case ExprKind::kMatrixSelector:
        return WriteSelector(*As<MatrixSelector>(expr).selector, &As<MatrixSelector>(expr));
      case ExprKind::kSubquery:
        return WriteSubquery(As<SubqueryExpr>(expr));
      case ExprKind::kAggregate:
        return WriteAggregate(As<AggregateExpr>(expr));
      case ExprKind::kBinary:
        return WriteBinary(As<BinaryExpr>(expr));
      case ExprKind::kUnary:
        return WriteUnary(As<UnaryExpr>(expr));
      case ExprKind::kParen:
        return Object([&] {
          Child("expr", As<ParenExpr>(expr).expr.get());
          Field("type", "parenExpr");
        });
      case ExprKind::kCall:
        return WriteCall(As<Call>(expr));
      case ExprKind::kDuration:
        return WriteDuration(&expr);
      case ExprKind::kStepInvariant:
        return Write(*As<StepInvariantExpr>(expr).expr);
    }
  }

 private:
  void String(std::string_view text) {
    out_ += '"';
    size_t i = 0;
    while (i < text.size()) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c == '"' || c == '\\') {
        out_ += '\\';
        out_ += text[i++];
      } else if (c < 0x20) {
        out_ += fmt::format("\\u{:04x}", c);
        ++i;
      } else if (c < 0x80) {
        out_ += text[i++];
      } else {
        const size_t width = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : 2;
        const std::string_view rune = text.substr(i, width);
        const bool valid = rune.size() == width && model::IsValidUtf8(rune);
        out_ += valid ? rune : "\\ufffd";
        i += valid ? width : 1;
      }
    }
    out_ += '"';
  }

  template <typename Fn>
  void Object(Fn&& fields) {
    out_ += '{';
    first_ = true;
    fields();
    out_ += '}';
    first_ = false;
  }

  void Key(std::string_view key) {
    out_ += first_ ? "" : ",";
    first_ = false;
    String(key);
    out_ += ':';
  }

  void Raw(std::string_view key, std::string_view json) {
    Key(key);
    out_ += json;
  }
  void Field(std::string_view key, std::string_view value) {
    Key(key);
    String(value);
  }
  void Bool(std::string_view key, bool value) { Raw(key, value ? "true" : "false"); }
  void Int(std::string_view key, int64_t value) { Raw(key, std::to_string(value)); }
  void Child(std::string_view key, const Expr* maybe_expr) {
    Key(key);
    if (maybe_expr == nullptr) {
      out_ += "null";
    } else {
      Write(*maybe_expr);
    }
  }
  void Duration(std::string_view key, const DurationExpr* maybe_expr) {
    Key(key);
    WriteDuration(maybe_expr);
  }

  template <typename List, typename Fn>
  void Array(std::string_view key, const List& list, Fn&& element) {
    Key(key);
    out_ += '[';
    bool first = true;
    for (const auto& item : list) {
      out_ += first ? "" : ",";
      first = false;
      element(item);
    }
    out_ += ']';
    first_ = false;
  }
  void Strings(std::string_view key, const std::vector<std::string>& list) {
    Array(key, list, [&](const std::string& text) { String(text); });
  }

  void OptionalNumber(std::string_view key, const std::optional<double>& value) {
    if (!value.has_value() || !std::isfinite(*value)) {
      return Raw(key, "null");
    }
    char buffer[32];
    const auto result = std::to_chars(buffer, buffer + sizeof(buffer), *value);
    Raw(key, std::string_view(buffer, static_cast<size_t>(result.ptr - buffer)));
  }

  void WriteNumber(const NumberLiteral& number) {
    Object([&] {
      Field("type", "numberLiteral");
      Field("val", PrintNumber(number.value));
    });
  }

  void WriteUnary(const UnaryExpr& unary) {
    Object([&] {
      Child("expr", unary.expr.get());
      Field("op", UnaryOpName(unary.op));
      Field("type", "unaryExpr");
    });
  }

  void WriteDuration(const Expr* maybe_expr) {
    if (maybe_expr == nullptr) {
      out_ += "null";
      return;
    }
    if (const auto* number = TryAs<NumberLiteral>(maybe_expr)) {
      return Object([&] {
        Bool("duration", number->duration);
        Field("type", "numberLiteral");
        Field("val", PrintNumber(number->value));
      });
    }
    const auto& duration = As<DurationExpr>(*maybe_expr);
    Object([&] {
      Key("lhs");
      WriteDuration(duration.lhs.get());
      Field("op", DurationOpName(duration.op));
      Key("rhs");
      WriteDuration(duration.rhs.get());
      Field("type", "durationExpr");
      Bool("wrapped", duration.wrapped);
    });
  }

  void StartOrEnd(const TimeModifiers& time) {
    if (time.at_anchor == AtAnchor::kNone) {
      Raw("startOrEnd", "null");
    } else {
      Field("startOrEnd", time.at_anchor == AtAnchor::kStart ? "start" : "end");
    }
  }

  void Timestamp(const TimeModifiers& time) {
    if (time.at_ms.has_value()) {
      Int("timestamp", *time.at_ms);
    } else {
      Raw("timestamp", "null");
    }
  }

  void WriteSelector(const VectorSelector& selector, const MatrixSelector* maybe_matrix) {
    Object([&] {
      Bool("anchored", selector.anchored);
      Array("matchers", selector.matchers, [&](const model::Matcher& matcher) {
        Object([&] {
          Field("name", matcher.name());
          Field("type", MatchTypeName(matcher.type()));
          Field("value", matcher.value());
        });
      });
      Field("name", selector.name);
      Int("offset", selector.time.original_offset_ms);
      Duration("offsetExpr", selector.time.offset_expr.get());
      if (maybe_matrix != nullptr) {
        Int("range", maybe_matrix->range_ms);
        Duration("rangeExpr", maybe_matrix->range_expr.get());
      }
      Bool("smoothed", selector.smoothed);
      StartOrEnd(selector.time);
      Timestamp(selector.time);
      Field("type", maybe_matrix != nullptr ? "matrixSelector" : "vectorSelector");
    });
  }

  void WriteSubquery(const SubqueryExpr& subquery) {
    Object([&] {
      Child("expr", subquery.expr.get());
      Int("offset", subquery.time.original_offset_ms);
      Duration("offsetExpr", subquery.time.offset_expr.get());
      Int("range", subquery.range_ms);
      Duration("rangeExpr", subquery.range_expr.get());
      StartOrEnd(subquery.time);
      Int("step", subquery.step_ms);
      Duration("stepExpr", subquery.step_expr.get());
      Timestamp(subquery.time);
      Field("type", "subquery");
    });
  }

  void WriteAggregate(const AggregateExpr& aggregate) {
    Object([&] {
      Child("expr", aggregate.expr.get());
      Strings("grouping", aggregate.grouping);
      Field("op", AggregateOpName(aggregate.op));
      Child("param", aggregate.param.get());
      Field("type", "aggregation");
      Bool("without", aggregate.without);
    });
  }

  void WriteMatching(const VectorMatching& matching) {
    Object([&] {
      Field("card", MatchCardinalityName(matching.card));
      Key("fillValues");
      Object([&] {
        OptionalNumber("lhs", matching.fill_left);
        OptionalNumber("rhs", matching.fill_right);
      });
      Strings("include", matching.include);
      Strings("labels", matching.labels);
      Bool("on", matching.on);
    });
  }

  void WriteBinary(const BinaryExpr& binary) {
    Object([&] {
      Bool("bool", binary.return_bool);
      Child("lhs", binary.lhs.get());
      Key("matching");
      if (binary.matching.has_value()) {
        WriteMatching(*binary.matching);
      } else {
        out_ += "null";
      }
      Field("op", BinaryOpName(binary.op));
      Child("rhs", binary.rhs.get());
      Field("type", "binaryExpr");
    });
  }

  void WriteCall(const Call& call) {
    Object([&] {
      Array("args", call.args, [&](const ExprPtr& arg) { Write(*arg); });
      Key("func");
      Object([&] {
        Array("argTypes", call.function->arg_types,
              [&](ValueType type) { String(ValueTypeName(type)); });
        Field("name", call.function->name);
        Field("returnType", ValueTypeName(call.function->return_type));
        Int("variadic", call.function->variadic);
      });
      Field("type", "call");
    });
  }

  std::string out_;
  bool first_ = true;
};

}  // namespace

std::string AstToJson(const Expr& expr) {
  AstWriter writer;
  writer.Write(expr);
  return writer.TakeText();
}

}  // namespace sb::promql
