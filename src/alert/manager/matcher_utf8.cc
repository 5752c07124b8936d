// SPDX-License-Identifier: Apache-2.0
#include "alert/manager/matcher.h"
#include "config/quote.h"
#include "template/parser.h"
#include "template/print.h"

namespace sb::alert {
namespace {

constexpr std::string_view kReserved = "{}!=~,\\\"'`";

bool IsSpace(char32_t rune) {
  return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0x85 || rune == 0xA0 ||
         rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 || rune == 0x2029 ||
         rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

enum class Kind : uint8_t { kEof, kOpen, kClose, kComma, kOperator, kQuoted, kUnquoted, kError };

struct Token {
  Kind kind = Kind::kEof;
  std::string_view text;
  size_t start = 0;  // columns, in runes
  size_t end = 0;
  std::string error;
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  const Token& Peek() {
    if (!peeked_) {
      token_ = Scan();
      peeked_ = true;
    }
    return token_;
  }
  Token Next() {
    Token token = Peek();
    peeked_ = token.kind == Kind::kError || token.kind == Kind::kEof;
    end_ = token.end;
    return token;
  }
  size_t end_column() const { return end_; }

 private:
  // The rune at at_ without moving; 0 at the end.
  char32_t Rune(size_t* next) const {
    *next = at_;
    char32_t rune = 0;
    if (at_ < text_.size() && !config::DecodeUtf8(text_, next, &rune)) {
      rune = 0xFFFD;
    }
    return rune;
  }
  void Advance(size_t next) {
    at_ = next;
    ++column_;
  }
  bool Reserved(char32_t rune) const {
    return IsSpace(rune) ||
           (rune < 0x80 && kReserved.find(static_cast<char>(rune)) != std::string_view::npos);
  }

  Token Make(Kind kind, size_t start, size_t start_column) const {
    return {kind, text_.substr(start, at_ - start), start_column, column_, ""};
  }
  Token Error(size_t start, size_t start_column, const std::string& what) const {
    Token token = Make(Kind::kError, start, start_column);
    token.error = std::to_string(start_column) + ":" + std::to_string(column_) + ": " +
                  std::string(token.text) + ": " + what;
    return token;
  }

  Token Scan() {
    size_t next = 0;
    char32_t rune = Rune(&next);
    while (at_ < text_.size() && IsSpace(rune)) {
      Advance(next);
      rune = Rune(&next);
    }
    const size_t start = at_;
    const size_t column = column_;
    if (at_ >= text_.size()) {
      return Make(Kind::kEof, start, column);
    }
    Advance(next);
    switch (rune) {
      case '{':
        return Make(Kind::kOpen, start, column);
      case '}':
        return Make(Kind::kClose, start, column);
      case ',':
        return Make(Kind::kComma, start, column);
      case '=':
      case '!':
        return Operator(rune, start, column);
      case '"':
        return Quoted(start, column);
      default:
        break;
    }
    if (Reserved(rune)) {
      return Error(start, column, "invalid input");
    }
    for (rune = Rune(&next); at_ < text_.size() && !Reserved(rune); rune = Rune(&next)) {
      Advance(next);
    }
    return Make(Kind::kUnquoted, start, column);
  }

  Token Operator(char32_t first, size_t start, size_t column) {
    size_t next = 0;
    const char32_t rune = Rune(&next);
    if (rune == '~' || (first == '!' && rune == '=')) {
      Advance(next);
    } else if (first == '!') {
      return Error(start, column, "expected one of '=~'");
    }
    return Make(Kind::kOperator, start, column);
  }

  Token Quoted(size_t start, size_t column) {
    size_t next = 0;
    bool escaped = false;
    while (at_ < text_.size()) {
      const char32_t rune = Rune(&next);
      Advance(next);
      if (rune == '"' && !escaped) {
        return Make(Kind::kQuoted, start, column);
      }
      escaped = rune == '\\' && !escaped;
    }
    return Error(start, column, "missing end \"");
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t column_ = 0;
  size_t end_ = 0;
  bool peeked_ = false;
  Token token_;
};

class Utf8Parser {
 public:
  explicit Utf8Parser(std::string_view text) : lexer_(text) {}

  base::Result<AlertMatchers> Run() {
    if (lexer_.Peek().kind == Kind::kOpen) {
      lexer_.Next();
      open_ = true;
    } else if (lexer_.Peek().kind == Kind::kEof) {
      return matchers_;
    }
    while (lexer_.Peek().kind != Kind::kClose && lexer_.Peek().kind != Kind::kEof) {
      SB_RETURN_IF_ERROR(Matcher());
      if (lexer_.Peek().kind == Kind::kComma) {
        SB_RETURN_IF_ERROR(Comma());
      } else if (lexer_.Peek().kind != Kind::kClose && lexer_.Peek().kind != Kind::kEof) {
        return Unexpected(lexer_.Next(), "expected a comma or close brace");
      }
    }
    SB_RETURN_IF_ERROR(CloseBrace());
    const Token rest = lexer_.Next();
    if (rest.kind != Kind::kEof) {
      return rest.kind == Kind::kError
                 ? Unexpected(rest, "expected end of input")
                 : base::InvalidArgument(Place(rest) + std::string(rest.text) +
                                         ": expected end of input");
    }
    return std::move(matchers_);
  }

 private:
  static std::string Place(const Token& token) {
    return std::to_string(token.start) + ":" + std::to_string(token.end) + ": ";
  }

  static base::Status Unexpected(const Token& token, const std::string& expected) {
    if (token.kind == Kind::kError) {
      return base::InvalidArgument(token.error + ": " + expected);
    }
    if (token.kind == Kind::kEof) {
      return base::InvalidArgument("0:" + std::to_string(token.end) +
                                   ": end of input: " + expected);
    }
    return base::InvalidArgument(Place(token) + "unexpected " + std::string(token.text) + ": " +
                                 expected);
  }

  base::Status CloseBrace() {
    const Token token = lexer_.Peek();
    if (open_) {
      lexer_.Next();
      return token.kind == Kind::kClose ? base::OkStatus()
                                        : Unexpected(token, "expected close brace");
    }
    if (token.kind == Kind::kClose) {
      return base::InvalidArgument("0:" + std::to_string(token.end) +
                                   ": }: expected opening brace");
    }
    return base::OkStatus();
  }

  base::Status Comma() {
    lexer_.Next();
    const Token& next = lexer_.Peek();
    if (next.kind == Kind::kClose || next.kind == Kind::kEof || next.kind == Kind::kQuoted ||
        next.kind == Kind::kUnquoted) {
      return base::OkStatus();
    }
    return Unexpected(next, "expected a matcher or close brace after comma");
  }

  base::Result<std::string> Text(const std::string& expected) {
    const Token token = lexer_.Next();
    if (token.kind == Kind::kUnquoted) {
      return std::string(token.text);
    }
    if (token.kind != Kind::kQuoted) {
      return Unexpected(token, expected);
    }
    base::Result<std::string> text = gotemplate::Unquote(token.text);
    if (!text.ok() || !config::IsValidUtf8(*text)) {
      return base::InvalidArgument(Place(token) + std::string(token.text) + ": invalid input");
    }
    return text;
  }

  base::Status Matcher() {
    SB_ASSIGN_OR_RETURN(std::string name, Text("expected label name"));
    const Token op = lexer_.Next();
    if (op.kind != Kind::kOperator) {
      return Unexpected(op, "expected an operator such as '=', '!=', '=~' or '!~'");
    }
    SB_ASSIGN_OR_RETURN(std::string value, Text("expected label value"));
    const MatcherOp type = op.text == "="    ? MatcherOp::kEqual
                           : op.text == "!=" ? MatcherOp::kNotEqual
                           : op.text == "=~" ? MatcherOp::kRegex
                                             : MatcherOp::kNotRegex;
    base::Result<AlertMatcher> matcher =
        AlertMatcher::Create(type, std::move(name), std::move(value));
    if (!matcher.ok()) {
      return matcher.status().WithPrefix("failed to create matcher");
    }
    matchers_.push_back(std::move(matcher).value());
    return base::OkStatus();
  }

  Lexer lexer_;
  bool open_ = false;
  AlertMatchers matchers_;
};

}  // namespace

base::Result<AlertMatchers> ParseUtf8Matchers(std::string_view text) {
  return Utf8Parser(text).Run();
}

}  // namespace sb::alert
