// SPDX-License-Identifier: Apache-2.0
#include "query/promql/token.h"

#include <algorithm>
#include <cstddef>

#include "model/label_name.h"

namespace sb::promql {
namespace {

using T = TokenType;

struct Word {
  std::string_view text;
  TokenType type;
};

constexpr Word kWords[] = {
    {"anchored", T::kAnchored},
    {"and", T::kAnd},
    {"atan2", T::kAtan2},
    {"avg", T::kAvg},
    {"bool", T::kBool},
    {"bottomk", T::kBottomk},
    {"by", T::kBy},
    {"count", T::kCount},
    {"count_values", T::kCountValues},
    {"end", T::kEnd},
    {"fill", T::kFill},
    {"fill_left", T::kFillLeft},
    {"fill_right", T::kFillRight},
    {"group", T::kGroup},
    {"group_left", T::kGroupLeft},
    {"group_right", T::kGroupRight},
    {"ignoring", T::kIgnoring},
    {"inf", T::kNumber},
    {"limit_ratio", T::kLimitRatio},
    {"limitk", T::kLimitk},
    {"max", T::kMax},
    {"max_of", T::kMaxOf},
    {"min", T::kMin},
    {"min_of", T::kMinOf},
    {"nan", T::kNumber},
    {"offset", T::kOffset},
    {"on", T::kOn},
    {"or", T::kOr},
    {"quantile", T::kQuantile},
    {"range", T::kRange},
    {"smoothed", T::kSmoothed},
    {"start", T::kStart},
    {"stddev", T::kStddev},
    {"stdvar", T::kStdvar},
    {"step", T::kStep},
    {"sum", T::kSum},
    {"topk", T::kTopk},
    {"unless", T::kUnless},
    {"without", T::kWithout},
};
constexpr bool ByText(const Word& a, const Word& b) {
  return a.text < b.text;
}
static_assert(std::is_sorted(std::begin(kWords), std::end(kWords), ByText));
constexpr size_t kWordBytesMax = 12;

// The first ten characters, as Go's %.10q has them.
std::string_view FirstCharacters(std::string_view text, size_t count) {
  size_t i = 0;
  while (i < text.size() && count > 0) {
    ++i;
    while (i < text.size() && (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) {
      ++i;
    }
    --count;
  }
  return text.substr(0, i);
}

std::string QuoteShort(std::string_view text) {
  if (text.size() > 10) {
    return model::QuoteString(FirstCharacters(text, 10)) + "...";
  }
  return model::QuoteString(text);
}

}  // namespace

TokenType LookUpWord(std::string_view word) {
  if (word.size() > kWordBytesMax) {
    return TokenType::kIdentifier;
  }
  char lower[kWordBytesMax];
  std::transform(word.begin(), word.end(), lower, [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const Word wanted{std::string_view(lower, word.size()), TokenType::kIdentifier};
  const auto* it = std::lower_bound(std::begin(kWords), std::end(kWords), wanted, ByText);
  return it != std::end(kWords) && it->text == wanted.text ? it->type : TokenType::kIdentifier;
}

std::string DescribeToken(const Token& token) {
  const std::string text(token.text);
  switch (token.type) {
    case TokenType::kEof:
      return "end of input";
    case TokenType::kError:
      return "error " + text;
    case TokenType::kIdentifier:
      return "identifier " + model::QuoteString(text);
    case TokenType::kMetricIdentifier:
      return "metric identifier " + model::QuoteString(text);
    case TokenType::kNumber:
      return "number " + QuoteShort(text);
    case TokenType::kDuration:
      return "duration " + QuoteShort(text);
    case TokenType::kString:
      return "string " + QuoteShort(text);
    default:
      break;
  }
  if (IsKeyword(token.type)) {
    return "<" + text + ">";
  }
  if (IsOperator(token.type)) {
    return "<op:" + text + ">";
  }
  if (IsAggregator(token.type)) {
    return "<aggr:" + text + ">";
  }
  return QuoteShort(text);
}

}  // namespace sb::promql
