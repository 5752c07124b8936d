// SPDX-License-Identifier: Apache-2.0
#include "query/promql/lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sb::promql {
namespace {

using T = TokenType;

std::vector<Token> LexAll(std::string_view text) {
  Lexer lexer(text);
  std::vector<Token> tokens;
  do {
    Token token = lexer.Next();
    if (token.type == T::kError) {
      token.text = {};  // the lexer's message does not outlive it
    }
    tokens.push_back(token);
  } while (tokens.back().type != T::kEof && tokens.back().type != T::kError);
  return tokens;
}

std::vector<T> Types(std::string_view text) {
  std::vector<T> types;
  for (const Token& token : LexAll(text)) {
    types.push_back(token.type);
  }
  return types;
}

std::string ErrorOf(std::string_view text) {
  Lexer lexer(text);
  Token token;
  do {
    token = lexer.Next();
  } while (token.type != T::kEof && token.type != T::kError);
  return token.type == T::kError ? std::string(token.text) : "no error";
}

TEST(LexerTest, TokensCarryTheirBytes) {
  const std::vector<Token> tokens = LexAll("up + 1");
  ASSERT_EQ(tokens.size(), 4U);
  EXPECT_EQ(tokens[0].range, (PositionRange{0, 2}));
  EXPECT_EQ(tokens[0].text, "up");
  EXPECT_EQ(tokens[1].range, (PositionRange{3, 4}));
  EXPECT_EQ(tokens[2].text, "1");
  EXPECT_EQ(tokens[3].range, (PositionRange{6, 6}));
}

TEST(LexerTest, WordsAreKeywordsInAnyCase) {
  EXPECT_EQ(Types("SUM Sum sum"), (std::vector<T>{T::kSum, T::kSum, T::kSum, T::kEof}));
  EXPECT_EQ(Types("By oN BOOL"), (std::vector<T>{T::kBy, T::kOn, T::kBool, T::kEof}));
  EXPECT_EQ(Types("inf NaN"), (std::vector<T>{T::kNumber, T::kNumber, T::kEof}));
}

TEST(LexerTest, WordsInBracesAreIdentifiers) {
  EXPECT_EQ(
      Types("{by=\"x\",sum!~'y'}"),
      (std::vector<T>{T::kLeftBrace, T::kIdentifier, T::kAssign, T::kString, T::kComma,
                      T::kIdentifier, T::kNotEqualRegex, T::kString, T::kRightBrace, T::kEof}));
}

TEST(LexerTest, FillIsAKeywordOnlyBeforeAParenthesis) {
  EXPECT_EQ(Types("fill"), (std::vector<T>{T::kIdentifier, T::kEof}));
  EXPECT_EQ(Types("fill_left (")[0], T::kFillLeft);
}

TEST(LexerTest, ColonMakesAMetricIdentifier) {
  EXPECT_EQ(Types("a:b :c"), (std::vector<T>{T::kMetricIdentifier, T::kMetricIdentifier, T::kEof}));
}

TEST(LexerTest, KnowsNumbersAndDurations) {
  for (const char* number : {"1", "1.5", ".5", "5.", "1e3", "1E-3", "0x1F", "1_000", "017"}) {
    EXPECT_EQ(Types(number), (std::vector<T>{T::kNumber, T::kEof})) << number;
  }
  for (const char* duration : {"5m", "1h30m", "100ms", "1y2w3d", "5hs"}) {
    EXPECT_EQ(Types(duration), (std::vector<T>{T::kDuration, T::kEof})) << duration;
  }
  for (const char* bad : {"5mm", "1e", "1__0", "1..2", "0x1.5", "5m1", "1x", "1_"}) {
    EXPECT_EQ(Types(bad).back(), T::kError) << bad;
  }
}

TEST(LexerTest, OperatorsAreTheLongestMatch) {
  EXPECT_EQ(Types("< <= </ > >= >/ == !="),
            (std::vector<T>{T::kLess, T::kLessOrEqual, T::kTrimUpper, T::kGreater,
                            T::kGreaterOrEqual, T::kTrimLower, T::kEqual, T::kNotEqual, T::kEof}));
}

TEST(LexerTest, CommentsEndWithTheLine) {
  EXPECT_EQ(Types("a # b\n+ c"),
            (std::vector<T>{T::kIdentifier, T::kAdd, T::kIdentifier, T::kEof}));
  EXPECT_EQ(Types("{ # }\n}"), (std::vector<T>{T::kLeftBrace, T::kRightBrace, T::kEof}));
}

TEST(LexerTest, BracketsHoldOnlyDurationArithmetic) {
  EXPECT_EQ(
      Types("[step() + 5m:-1]"),
      (std::vector<T>{T::kLeftBracket, T::kStep, T::kLeftParen, T::kRightParen, T::kAdd,
                      T::kDuration, T::kColon, T::kSub, T::kNumber, T::kRightBracket, T::kEof}));
  EXPECT_EQ(ErrorOf("x[foo]"), "unexpected character in duration expression: 'f'");
  EXPECT_EQ(ErrorOf("x[5m foo]"), "unexpected character: 'f', expected ':'");
  EXPECT_EQ(ErrorOf("x[5m:5m:5m]"), "unexpected colon ':'");
}

TEST(LexerTest, ErrorsNameWhatIsWrong) {
  EXPECT_EQ(ErrorOf("\"abc"), "unterminated quoted string");
  EXPECT_EQ(ErrorOf("\"a\nb\""), "unterminated quoted string");
  EXPECT_EQ(ErrorOf("`abc"), "unterminated raw string");
  EXPECT_EQ(ErrorOf("'\\q'"), "unknown escape sequence U+0071 'q'");
  EXPECT_EQ(ErrorOf("'\\x1g'"), "illegal character U+0067 'g' in escape sequence");
  EXPECT_EQ(ErrorOf("'\\ud800'"), "escape sequence is an invalid Unicode code point");
  EXPECT_EQ(ErrorOf("\"\xff\""), "invalid UTF-8 rune");
  EXPECT_EQ(ErrorOf("(1"), "unclosed left parenthesis");
  EXPECT_EQ(ErrorOf("1)"), "unexpected right parenthesis ')'");
  EXPECT_EQ(ErrorOf("a]"), "unexpected right bracket ']'");
  EXPECT_EQ(ErrorOf("a{"), "unexpected end of input inside braces");
  EXPECT_EQ(ErrorOf("a{!b}"), "unexpected character after '!' inside braces: 'b'");
  EXPECT_EQ(ErrorOf("a ! b"), "unexpected character after '!': ' '");
  EXPECT_EQ(ErrorOf("a $ b"), "unexpected character: '$'");
}

TEST(LexerTest, ErrorsAndTheEndAreFinal) {
  Lexer broken("$");
  EXPECT_EQ(broken.Next().type, T::kError);
  EXPECT_EQ(broken.Next().text, "unexpected character: '$'");
  Lexer empty("");
  EXPECT_EQ(empty.Next().type, T::kEof);
  EXPECT_EQ(empty.Next().type, T::kEof);
}

TEST(DescribeTokenTest, NamesTokensAsErrorsDo) {
  const auto describe = [](std::string_view text) { return DescribeToken(LexAll(text).front()); };
  EXPECT_EQ(describe("x"), "identifier \"x\"");
  EXPECT_EQ(describe("a:b"), "metric identifier \"a:b\"");
  EXPECT_EQ(describe("+"), "<op:+>");
  EXPECT_EQ(describe("By"), "<By>");
  EXPECT_EQ(describe("SUM"), "<aggr:SUM>");
  EXPECT_EQ(describe("start"), "\"start\"");
  EXPECT_EQ(describe("5m"), "duration \"5m\"");
  EXPECT_EQ(describe("'0123456789abc'"), "string \"'012345678\"...");
  EXPECT_EQ(describe(""), "end of input");
}

}  // namespace
}  // namespace sb::promql
