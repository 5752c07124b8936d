// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "api/elastic/elastic_query.h"

namespace sb::api {
namespace {

constexpr int kDepthMax = 64;

// Lucene's syntax by recursive descent. OR binds less than AND; two clauses without a word between
// them are joined by the default operator; + and - mark what must and must not be.
class QueryStringParser {
 public:
  QueryStringParser(std::string_view text, bool default_and, int64_t now_ms)
      : text_(text), default_and_(default_and), now_ms_(now_ms) {}

  base::Result<ElasticQueryPtr> Run() {
    SkipSpace();
    if (at_ == text_.size()) {
      return QueryAll();
    }
    SB_ASSIGN_OR_RETURN(ElasticQueryPtr query, Expression("", 0));
    SkipSpace();
    return at_ == text_.size() ? base::Result<ElasticQueryPtr>(std::move(query))
                               : Fail("unexpected text");
  }

 private:
  base::Status Fail(std::string_view why) const {
    return base::InvalidArgument("Failed to parse query [" + std::string(text_.substr(0, 256)) +
                                 "]: " + std::string(why) + " at column " +
                                 std::to_string(at_ + 1));
  }
  void SkipSpace() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) {
      ++at_;
    }
  }
  // A word operator stands alone.
  bool TakeWord(std::string_view word) {
    SkipSpace();
    if (!text_.substr(at_).starts_with(word)) {
      return false;
    }
    const size_t end = at_ + word.size();
    if (end < text_.size() && text_[end] != ' ' && text_[end] != '(') {
      return false;
    }
    at_ = end;
    return true;
  }
  bool Take(std::string_view sign) {
    if (!text_.substr(at_).starts_with(sign)) {
      return false;
    }
    at_ += sign.size();
    return true;
  }
  bool AtEnd() {
    SkipSpace();
    return at_ == text_.size() || text_[at_] == ')';
  }

  // `field` holds inside of field:( … ).
  base::Result<ElasticQueryPtr> Expression(const std::string& field, int depth) {
    if (depth > kDepthMax) {
      return Fail("nested too deep");
    }
    std::vector<ElasticQueryPtr> any;    // joined by OR
    std::vector<ElasticQueryPtr> all;    // of the current group of ANDs
    std::vector<ElasticQueryPtr> musts;  // + and -, which count for the whole
    bool has_must = false;
    while (!AtEnd()) {
      if (TakeWord("OR") || TakeWord("||")) {
        if (!all.empty()) {
          any.push_back(QueryAnd(std::move(all)));
          all.clear();
        }
        continue;
      }
      const bool is_and = TakeWord("AND") || TakeWord("&&");
      SkipSpace();
      const bool must = Take("+");
      const bool must_not = !must && (text_.substr(at_).starts_with("-") && Take("-"));
      const bool is_not = TakeWord("NOT") || Take("!");
      SkipSpace();
      SB_ASSIGN_OR_RETURN(ElasticQueryPtr clause, Clause(field, depth));
      if (must || must_not) {
        has_must = has_must || must;
        musts.push_back(must_not ? QueryNot(std::move(clause)) : std::move(clause));
        continue;
      }
      if (is_not) {
        clause = QueryNot(std::move(clause));
      }
      if (!is_and && !default_and_ && !is_not && !all.empty()) {
        any.push_back(QueryAnd(std::move(all)));
        all.clear();
      }
      all.push_back(std::move(clause));
    }
    if (!all.empty()) {
      any.push_back(QueryAnd(std::move(all)));
    }
    // Beside a must, what may be is of no consequence.
    if (!any.empty() && !has_must) {
      musts.push_back(QueryOr(std::move(any)));
    }
    return QueryAnd(std::move(musts));
  }

  base::Result<ElasticQueryPtr> Clause(const std::string& field, int depth) {
    if (Take("(")) {
      SB_ASSIGN_OR_RETURN(ElasticQueryPtr inner, Expression(field, depth + 1));
      SkipSpace();
      if (!Take(")")) {
        return Fail("')' is missing");
      }
      return inner;
    }
    const size_t begin = at_;
    std::string name;
    if (TakeFieldName(&name)) {
      SkipSpace();
      if (name == "_exists_") {
        return QueryExists(TakeTerm());
      }
      if (at_ < text_.size() && text_[at_] == '(') {
        return Clause(name, depth);
      }
      return Value(name == "*" ? "" : name);
    }
    at_ = begin;
    return Value(field);
  }

  // name ':' — escapes are undone.
  bool TakeFieldName(std::string* name) {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == ':') {
        ++at_;
        return !name->empty();
      }
      if (c == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      } else if (std::string_view(" \t\n()\"[]{}/").find(c) != std::string_view::npos) {
        return false;
      }
      name->push_back(text_[at_++]);
    }
    return false;
  }

  base::Result<ElasticQueryPtr> Value(const std::string& field) {
    if (at_ == text_.size()) {
      return Fail("a value is expected");
    }
    const char c = text_[at_];
    if (c == '"') {
      return Quoted(field);
    }
    if (c == '/') {
      return RegexValue(field);
    }
    if (c == '[' || c == '{') {
      return Range(field);
    }
    for (const std::string_view sign : {">=", "<=", ">", "<"}) {
      if (Take(sign)) {
        RangeLimits limits;
        std::string& limit = sign[0] == '>' ? limits.low : limits.high;
        (sign[0] == '>' ? limits.includes_low : limits.includes_high) = sign.size() == 2;
        limit = TakeTerm();
        return QueryRange(field, limits, now_ms_);
      }
    }
    bool has_wildcard = false;
    const std::string raw = TakeTerm(&has_wildcard);
    if (raw.empty()) {
      return Fail("a value is expected");
    }
    if (has_wildcard) {
      return QueryWildcard(field, raw);
    }
    return QueryPhrase(field, raw);
  }

  // Up to a space or bracket. With `has_wildcard`, unescaped * and ? are told; their escapes stay.
  std::string TakeTerm(bool* has_wildcard = nullptr) {
    std::string term;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (std::string_view(" \t\n()").find(c) != std::string_view::npos || c == ']' || c == '}') {
        break;
      }
      if (c == '\\' && at_ + 1 < text_.size()) {
        const char next = text_[++at_];
        if (has_wildcard != nullptr && (next == '*' || next == '?')) {
          term.push_back('\\');
        }
      } else if (has_wildcard != nullptr && (c == '*' || c == '?')) {
        *has_wildcard = true;
      } else if (c == '^' || c == '~') {  // boost and fuzziness: no scores here
        while (at_ < text_.size() && text_[at_] != ' ' && text_[at_] != ')') {
          ++at_;
        }
        break;
      }
      term.push_back(text_[at_++]);
    }
    return term;
  }

  base::Result<ElasticQueryPtr> Quoted(const std::string& field) {
    std::string phrase;
    ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) {
        ++at_;
      }
      phrase.push_back(text_[at_++]);
    }
    if (!Take("\"")) {
      return Fail("a quote is not closed");
    }
    if (Take("~") || Take("^")) {
      TakeTerm();
    }
    return QueryPhrase(field, std::move(phrase));
  }

  base::Result<ElasticQueryPtr> RegexValue(const std::string& field) {
    std::string regex = "(?s)";
    ++at_;
    while (at_ < text_.size() && text_[at_] != '/') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size() && text_[at_ + 1] == '/') {
        ++at_;
      }
      regex.push_back(text_[at_++]);
    }
    if (!Take("/")) {
      return Fail("a regular expression is not closed");
    }
    return QueryRegex(field, regex);
  }

  // [a TO b], {a TO b}, [a TO b}
  base::Result<ElasticQueryPtr> Range(const std::string& field) {
    RangeLimits limits;
    limits.includes_low = text_[at_++] == '[';
    const auto limit = [this] {
      SkipSpace();
      std::string text;
      if (Take("\"")) {
        while (at_ < text_.size() && text_[at_] != '"') {
          text.push_back(text_[at_++]);
        }
        Take("\"");
      } else {
        text = TakeTerm();
      }
      return text == "*" ? std::string() : text;
    };
    limits.low = limit();
    if (!TakeWord("TO")) {
      return Fail("TO is expected");
    }
    limits.high = limit();
    SkipSpace();
    limits.includes_high = Take("]");
    if (!limits.includes_high && !Take("}")) {
      return Fail("']' or '}' is expected");
    }
    return QueryRange(field, limits, now_ms_);
  }

  const std::string_view text_;
  const bool default_and_;
  const int64_t now_ms_;
  size_t at_ = 0;
};

}  // namespace

base::Result<ElasticQueryPtr> ParseQueryString(std::string_view text, bool default_and,
                                               int64_t now_ms) {
  return QueryStringParser(text, default_and, now_ms).Run();
}

}  // namespace sb::api
