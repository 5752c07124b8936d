// SPDX-License-Identifier: Apache-2.0
//
// The tree of a LogQL query. A query is either a log query (LogExpr: selector and stages) or a
// metric query (everything else, whose leaves are RangeExpr over a LogExpr, literals and vector()).
//
//   base::Result<ExprPtr> expr = Parse(query);        // parser.h
//   if ((*expr)->kind == ExprKind::kLog) …
//
// Literals are folded while parsing (`1+1` is a NumberExpr of 2). Positions are byte offsets in the
// query text. Depth is bounded by kDepthMax. Threads: immutable once parsed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/matcher.h"

namespace sb::logql {

inline constexpr int kDepthMax = 100;

// ---- stages of a pipeline ----

enum class LineOp : uint8_t { kContains, kNotContains, kMatch, kNotMatch, kPattern, kNotPattern };
// "|=", "!=", "|~", "!~", "|>", "!>".
std::string_view LineOpText(LineOp op);
bool IsNegative(LineOp op);

struct LineFilter {
  struct Alternative {
    std::string text;
    bool is_ip = false;
  };
  LineOp op = LineOp::kContains;
  std::vector<Alternative> alternatives;  // at least one; of a negative filter none may hold
};

enum class CompareOp : uint8_t {
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual
};
// "==", "!=", "<", …
std::string_view CompareOpText(CompareOp op);

// A tree of conditions on labels.
struct LabelFilter {
  enum class Kind : uint8_t { kAnd, kOr, kString, kNumber, kDuration, kBytes, kIp };
  Kind kind = Kind::kString;
  std::vector<LabelFilter> operands;      // kAnd, kOr: two
  std::string label;                      // all others
  CompareOp op = CompareOp::kEqual;       // kNumber, kDuration, kBytes, kIp
  double number = 0;                      // kNumber
  int64_t duration_ns = 0;                // kDuration
  uint64_t bytes = 0;                     // kBytes
  std::string ip;                         // kIp
  std::optional<model::Matcher> matcher;  // kString
};

struct Extraction {
  std::string label;       // that is set
  std::string expression;  // JSON path or logfmt key
};

struct LabelFormat {
  std::string label;
  std::string source;  // the label that is moved, or the template
  bool is_template = false;
};

// A label by name, or only where its value matches.
struct LabelChoice {
  std::string label;
  std::optional<model::Matcher> matcher;
};

struct Stage {
  enum class Kind : uint8_t {
    kLineFilter,
    kLabelFilter,
    kJson,     // extractions empty: all fields
    kLogfmt,   // likewise
    kRegexp,   // text
    kPattern,  // text
    kUnpack,
    kLineFormat,   // text
    kLabelFormat,  // formats
    kDecolorize,
    kDrop,  // choices
    kKeep,  // choices
  };
  Kind kind = Kind::kLineFilter;
  int32_t position = 0;
  LineFilter line;
  LabelFilter label;
  std::vector<Extraction> extractions;
  bool strict = false;      // kLogfmt
  bool keep_empty = false;  // kLogfmt
  std::string text;
  std::vector<LabelFormat> formats;
  std::vector<LabelChoice> choices;
};

enum class Conversion : uint8_t { kNumber, kBytes, kDuration, kDurationSeconds };
// "", "bytes", "duration", "duration_seconds".
std::string_view ConversionText(Conversion conversion);

struct Unwrap {
  std::string label;
  Conversion conversion = Conversion::kNumber;
  std::vector<LabelFilter> post_filters;
};

// ---- expressions ----

enum class ExprKind : uint8_t {
  kLog,
  kRange,
  kAggregate,
  kBinary,
  kNumber,
  kVector,
  kLabelReplace
};

struct Expr {
  explicit Expr(ExprKind k) : kind(k) {}
  virtual ~Expr() = default;
  const ExprKind kind;
  int32_t position = 0;
};
using ExprPtr = std::unique_ptr<Expr>;

struct LogExpr : Expr {
  LogExpr() : Expr(ExprKind::kLog) {}
  std::vector<model::Matcher> matchers;
  std::vector<Stage> stages;
};

struct Grouping {
  std::vector<std::string> labels;
  bool without = false;
};

enum class RangeOp : uint8_t {
  kCount,
  kRate,
  kRateCounter,
  kBytes,
  kBytesRate,
  kSum,
  kAvg,
  kMin,
  kMax,
  kStddev,
  kStdvar,
  kQuantile,
  kFirst,
  kLast,
  kAbsent
};
std::string_view RangeOpText(RangeOp op);

// `op(log [range] offset …) by (…)`.
struct RangeExpr : Expr {
  RangeExpr() : Expr(ExprKind::kRange) {}
  RangeOp op = RangeOp::kCount;
  std::unique_ptr<LogExpr> log;
  int64_t range_ns = 0;
  int64_t offset_ns = 0;
  std::optional<Unwrap> unwrap;
  std::optional<double> parameter;
  std::optional<Grouping> grouping;
};

enum class AggregateOp : uint8_t {
  kSum,
  kAvg,
  kMin,
  kMax,
  kCount,
  kStddev,
  kStdvar,
  kTopk,
  kBottomk,
  kApproxTopk,
  kSort,
  kSortDesc
};
std::string_view AggregateOpText(AggregateOp op);

struct AggregateExpr : Expr {
  AggregateExpr() : Expr(ExprKind::kAggregate) {}
  AggregateOp op = AggregateOp::kSum;
  ExprPtr operand;
  int64_t parameter = 0;  // of the k operators
  std::optional<Grouping> grouping;
};

enum class BinaryOp : uint8_t {
  kOr,
  kAnd,
  kUnless,
  kAdd,
  kSub,
  kMul,
  kDiv,
  kMod,
  kPow,
  kEqual,
  kNotEqual,
  kGreater,
  kGreaterEqual,
  kLess,
  kLessEqual
};
std::string_view BinaryOpText(BinaryOp op);
bool IsSetOp(BinaryOp op);
bool IsComparison(BinaryOp op);

enum class GroupSide : uint8_t { kNone, kLeft, kRight };

struct Matching {
  bool on = false;                  // else ignoring
  std::vector<std::string> labels;  // of on or ignoring
  GroupSide side = GroupSide::kNone;
  std::vector<std::string> include;  // of group_left or group_right
};

struct BinaryExpr : Expr {
  BinaryExpr() : Expr(ExprKind::kBinary) {}
  BinaryOp op = BinaryOp::kAdd;
  ExprPtr lhs;
  ExprPtr rhs;
  bool return_bool = false;
  Matching matching;
};

struct NumberExpr : Expr {
  explicit NumberExpr(double v) : Expr(ExprKind::kNumber), value(v) {}
  double value;
};

struct VectorExpr : Expr {
  explicit VectorExpr(double v) : Expr(ExprKind::kVector), value(v) {}
  double value;
};

struct LabelReplaceExpr : Expr {
  LabelReplaceExpr() : Expr(ExprKind::kLabelReplace) {}
  ExprPtr operand;
  std::string destination;
  std::string replacement;
  std::string source;
  std::string regex;
};

// The value of two literals joined by an operator: division by zero is NaN.
double FoldNumbers(BinaryOp op, double lhs, double rhs);

}  // namespace sb::logql
