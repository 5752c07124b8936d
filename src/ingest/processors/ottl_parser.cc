// SPDX-License-Identifier: Apache-2.0
//
// Grammar, lowest precedence first:
//   statement  editor "(" args ")" [ "where" condition ]
//   condition  and { "or" and }        and  not { "and" not }        not  "not" not | comparison
//   comparison value [ ("==" | "!=" | "<" | "<=" | ">" | ">=") value ]
//   value      literal | path | Converter "(" args ")" | "[" values "]" | "(" condition ")"
#include <re2/re2.h>

#include <cctype>
#include <charconv>

#include "ingest/processors/ottl.h"

namespace sb::ingest {
namespace {

constexpr int kDepthMax = 64;

struct EnumRow {
  std::string_view name;
  int64_t value;
};
constexpr EnumRow kEnums[] = {
    {"SPAN_KIND_UNSPECIFIED", 0}, {"SPAN_KIND_INTERNAL", 1}, {"SPAN_KIND_SERVER", 2},
    {"SPAN_KIND_CLIENT", 3},      {"SPAN_KIND_PRODUCER", 4}, {"SPAN_KIND_CONSUMER", 5},
    {"STATUS_CODE_UNSET", 0},     {"STATUS_CODE_OK", 1},     {"STATUS_CODE_ERROR", 2}};

// The argument that is a pattern, by function.
struct PatternRow {
  std::string_view function;
  size_t argument;
};
constexpr PatternRow kPatterns[] = {{"IsMatch", 1},
                                    {"replace_pattern", 1},
                                    {"replace_all_patterns", 2},
                                    {"delete_matching_keys", 1},
                                    {"keep_matching_keys", 1}};

bool IsWordCharacter(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class Parser {
 public:
  Parser(std::string_view text, OttlContext context) : text_(text), context_(context) {}

  base::Result<OttlStatement> Statement() {
    OttlStatement statement;
    statement.text = text_;
    const std::string name = Word();
    SB_RETURN_IF_ERROR(Expect("("));
    SB_ASSIGN_OR_RETURN(statement.editor, Call(name, &IsOttlEditor, 0));
    if (TakeWord("where")) {
      SB_ASSIGN_OR_RETURN(statement.where, Condition(0));
    }
    SB_RETURN_IF_ERROR(End());
    return statement;
  }

  base::Result<OttlExpr> WholeCondition() {
    SB_ASSIGN_OR_RETURN(OttlExpr condition, Condition(0));
    SB_RETURN_IF_ERROR(End());
    return condition;
  }

 private:
  base::Status Complain(const std::string& what) const {
    return base::InvalidArgument(what + ", at column " + std::to_string(at_ + 1) + " of \"" +
                                 std::string(text_) + "\"");
  }
  void SkipBlanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
      ++at_;
    }
  }
  bool Take(std::string_view token) {
    SkipBlanks();
    if (!text_.substr(at_).starts_with(token)) {
      return false;
    }
    at_ += token.size();
    return true;
  }
  bool TakeWord(std::string_view word) {
    SkipBlanks();
    const std::string_view rest = text_.substr(at_);
    if (!rest.starts_with(word) ||
        (rest.size() > word.size() && IsWordCharacter(rest[word.size()]))) {
      return false;
    }
    at_ += word.size();
    return true;
  }
  std::string Word() {
    SkipBlanks();
    const size_t begin = at_;
    while (at_ < text_.size() && IsWordCharacter(text_[at_])) {
      ++at_;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }
  base::Status Expect(std::string_view token) {
    return Take(token) ? base::OkStatus() : Complain("expected \"" + std::string(token) + "\"");
  }
  base::Status End() {
    SkipBlanks();
    return at_ == text_.size() ? base::OkStatus() : Complain("unexpected text");
  }

  base::Result<OttlExpr> Condition(int depth) {
    return Chain("or", OttlExpr::Kind::kOr, &Parser::Conjunction, depth);
  }
  base::Result<OttlExpr> Conjunction(int depth) {
    return Chain("and", OttlExpr::Kind::kAnd, &Parser::Negation, depth);
  }
  base::Result<OttlExpr> Chain(std::string_view word, OttlExpr::Kind kind,
                               base::Result<OttlExpr> (Parser::*part)(int), int depth) {
    SB_ASSIGN_OR_RETURN(OttlExpr first, (this->*part)(depth));
    if (!TakeWord(word)) {
      return first;
    }
    OttlExpr chain;
    chain.kind = kind;
    chain.args.push_back(std::move(first));
    do {
      SB_ASSIGN_OR_RETURN(OttlExpr next, (this->*part)(depth));
      chain.args.push_back(std::move(next));
    } while (TakeWord(word));
    return chain;
  }
  base::Result<OttlExpr> Negation(int depth) {
    if (depth > kDepthMax) {
      return Complain("nested too deeply");
    }
    if (!TakeWord("not")) {
      return Comparison(depth);
    }
    OttlExpr negation;
    negation.kind = OttlExpr::Kind::kNot;
    SB_ASSIGN_OR_RETURN(OttlExpr inner, Negation(depth + 1));
    negation.args.push_back(std::move(inner));
    return negation;
  }
  base::Result<OttlExpr> Comparison(int depth) {
    static constexpr struct {
      std::string_view token;
      OttlCompare op;
    } kOps[] = {{"==", OttlCompare::kEqual},     {"!=", OttlCompare::kNotEqual},
                {"<=", OttlCompare::kLessEqual}, {">=", OttlCompare::kGreaterEqual},
                {"<", OttlCompare::kLess},       {">", OttlCompare::kGreater}};
    SB_ASSIGN_OR_RETURN(OttlExpr left, Value(depth));
    for (const auto& row : kOps) {
      if (Take(row.token)) {
        OttlExpr comparison;
        comparison.kind = OttlExpr::Kind::kCompare;
        comparison.op = row.op;
        comparison.args.push_back(std::move(left));
        SB_ASSIGN_OR_RETURN(OttlExpr right, Value(depth));
        comparison.args.push_back(std::move(right));
        return comparison;
      }
    }
    return left;
  }

  static OttlExpr Literal(OttlValue value) {
    OttlExpr expr;
    expr.literal = std::move(value);
    return expr;
  }
  base::Result<OttlExpr> Text() {
    std::string text;
    for (++at_; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '"') {
        ++at_;
        return Literal(OttlValue::String(std::move(text)));
      }
      if (c == '\\' && at_ + 1 < text_.size()) {
        const char escaped = text_[++at_];
        c = escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped == 'r' ? '\r' : escaped;
      }
      text.push_back(c);
    }
    return Complain("a string has no end");
  }
  base::Result<OttlExpr> Number() {
    const size_t begin = at_;
    at_ += text_[at_] == '-' || text_[at_] == '+' ? 1 : 0;
    while (at_ < text_.size() && (IsWordCharacter(text_[at_]) || text_[at_] == '.')) {
      ++at_;
    }
    const std::string_view digits = text_.substr(begin, at_ - begin);
    const char* const end = digits.data() + digits.size();
    int64_t integer = 0;
    if (const auto parsed = std::from_chars(digits.data(), end, integer);
        parsed.ec == std::errc() && parsed.ptr == end) {
      return Literal(OttlValue::Int(integer));
    }
    double number = 0;
    if (const auto parsed = std::from_chars(digits.data(), end, number);
        parsed.ec == std::errc() && parsed.ptr == end) {
      return Literal(OttlValue::Double(number));
    }
    return Complain("not a number: " + std::string(digits));
  }
  base::Result<OttlExpr> List(int depth) {
    OttlExpr list;
    list.kind = OttlExpr::Kind::kList;
    while (!Take("]")) {
      if (!list.args.empty()) {
        SB_RETURN_IF_ERROR(Expect(","));
      }
      SB_ASSIGN_OR_RETURN(OttlExpr element, Value(depth + 1));
      list.args.push_back(std::move(element));
    }
    return list;
  }
  base::Result<OttlExpr> Call(const std::string& name, bool (*is_known)(std::string_view, size_t),
                              int depth) {
    OttlExpr call;
    call.kind = OttlExpr::Kind::kCall;
    call.function = name;
    while (!Take(")")) {
      if (!call.args.empty()) {
        SB_RETURN_IF_ERROR(Expect(","));
      }
      SB_ASSIGN_OR_RETURN(OttlExpr argument, Value(depth + 1));
      call.args.push_back(std::move(argument));
    }
    if (!is_known(name, call.args.size())) {
      return Complain("unknown function, or wrong number of arguments: " + name);
    }
    SB_RETURN_IF_ERROR(CompilePattern(&call));
    return call;
  }
  base::Status CompilePattern(OttlExpr* call) const {
    for (const PatternRow& row : kPatterns) {
      if (row.function != call->function) {
        continue;
      }
      OttlExpr& argument = call->args[row.argument];
      if (argument.kind != OttlExpr::Kind::kLiteral ||
          argument.literal.kind != OttlValue::Kind::kString) {
        return Complain(call->function + " needs its pattern as a string");
      }
      auto pattern = std::make_shared<const re2::RE2>(argument.literal.text, re2::RE2::Quiet);
      if (!pattern->ok()) {
        return Complain("bad pattern: " + pattern->error());
      }
      argument.pattern = std::move(pattern);
    }
    return base::OkStatus();
  }
  base::Result<OttlExpr> Path(std::string dotted) {
    while (at_ < text_.size() && text_[at_] == '.') {
      ++at_;
      dotted.append(".").append(Word());
    }
    std::optional<std::string> key;
    if (Take("[")) {
      SkipBlanks();
      if (at_ >= text_.size() || text_[at_] != '"') {
        return Complain("expected a key in quotes");
      }
      SB_ASSIGN_OR_RETURN(const OttlExpr text, Text());
      key = text.literal.text;
      SB_RETURN_IF_ERROR(Expect("]"));
    }
    OttlExpr expr;
    expr.kind = OttlExpr::Kind::kPath;
    auto path = ResolveOttlPath(dotted, std::move(key), context_);
    if (!path.ok()) {
      return Complain(std::string(path.status().message()));
    }
    expr.path = *std::move(path);
    return expr;
  }
  base::Result<OttlExpr> Named(int depth) {
    const std::string word = Word();
    if (word == "true" || word == "false") {
      return Literal(OttlValue::Bool(word == "true"));
    }
    if (word == "nil") {
      return Literal(OttlValue::Nil());
    }
    for (const EnumRow& row : kEnums) {
      if (row.name == word) {
        return Literal(OttlValue::Int(row.value));
      }
    }
    return Take("(") ? Call(word, &IsOttlConverter, depth) : Path(word);
  }
  base::Result<OttlExpr> Value(int depth) {
    SkipBlanks();
    if (depth > kDepthMax) {
      return Complain("nested too deeply");
    }
    if (at_ >= text_.size()) {
      return Complain("expected a value");
    }
    const char c = text_[at_];
    if (c == '"') {
      return Text();
    }
    if (std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '+') {
      return Number();
    }
    if (Take("[")) {
      return List(depth);
    }
    if (Take("(")) {
      SB_ASSIGN_OR_RETURN(OttlExpr inner, Condition(depth + 1));
      SB_RETURN_IF_ERROR(Expect(")"));
      return inner;
    }
    return IsWordCharacter(c) ? Named(depth) : Complain("expected a value");
  }

  const std::string_view text_;
  const OttlContext context_;
  size_t at_ = 0;
};

}  // namespace

base::Result<OttlStatement> ParseOttlStatement(std::string_view text, OttlContext context) {
  return Parser(text, context).Statement();
}

base::Result<OttlExpr> ParseOttlCondition(std::string_view text, OttlContext context) {
  return Parser(text, context).WholeCondition();
}

}  // namespace sb::ingest
