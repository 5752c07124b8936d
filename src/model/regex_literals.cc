// SPDX-License-Identifier: Apache-2.0
#include "model/regex_literals.h"

#include <algorithm>
#include <optional>

#include "model/regex_meta.h"

namespace sb::model {

namespace {

constexpr size_t kValuesMax = 4096;
constexpr int kDepthMax = 16;

// A set of strings in the order found. `complete` is false if matches may go on after each string
// with something unknown.
struct Strings {
  std::vector<std::string> values = {""};
  bool complete = true;
};

bool IsQuantifier(std::string_view rest) {
  return !rest.empty() && std::string_view("*+?{").find(rest[0]) != std::string_view::npos;
}

std::string CommonPrefix(const std::vector<std::string>& values) {
  std::string prefix = values.front();
  for (const std::string& value : values) {
    const auto end = std::mismatch(prefix.begin(), prefix.end(), value.begin(), value.end());
    prefix.erase(end.first, prefix.end());
  }
  return prefix;
}

class Analyser {
 public:
  explicit Analyser(std::string_view pattern) : rest_(pattern) {}

  // alternation := sequence { '|' sequence }; nullopt where the pattern is not understood as a
  // whole, so that nothing can be said of it.
  std::optional<Strings> Alternation(int depth) {
    if (depth > kDepthMax) {
      return std::nullopt;
    }
    Strings all;
    all.values.clear();
    for (;;) {
      std::optional<Strings> one = Sequence(depth);
      if (!one || all.values.size() + one->values.size() > kValuesMax) {
        return std::nullopt;
      }
      all.values.insert(all.values.end(), one->values.begin(), one->values.end());
      all.complete = all.complete && one->complete;
      if (rest_.empty() || rest_[0] != '|') {
        return all;
      }
      rest_.remove_prefix(1);
    }
  }
  bool AtEnd() const { return rest_.empty(); }

 private:
  std::optional<Strings> Sequence(int depth) {
    Strings out;
    while (!rest_.empty() && rest_[0] != '|' && rest_[0] != ')') {
      std::optional<Strings> atom = Atom(depth);
      if (!atom || IsQuantifier(rest_)) {
        // From here on unknown; the rest must still be skipped to find the end of this branch.
        out.complete = false;
        if (!SkipBranch()) {
          return std::nullopt;
        }
        return out;
      }
      if (!Concatenate(&out, *atom)) {
        return std::nullopt;
      }
      if (!out.complete) {
        if (!SkipBranch()) {
          return std::nullopt;
        }
        return out;
      }
    }
    return out;
  }

  std::optional<Strings> Atom(int depth) {
    const char c = rest_[0];
    if (c == '(') {
      return Group(depth);
    }
    if (c == '\\') {
      if (rest_.size() < 2 || !IsRegexMeta(rest_[1])) {
        return std::nullopt;  // a class such as \d, or \Q…\E
      }
      Strings out;
      out.values = {std::string(1, rest_[1])};
      rest_.remove_prefix(2);
      return out;
    }
    if (IsRegexMeta(c)) {
      return std::nullopt;
    }
    // A literal byte; one of a multi-byte character that a quantifier follows cannot be split.
    size_t n = 1;
    while (n < rest_.size() && (static_cast<unsigned char>(rest_[n]) & 0xc0) == 0x80) {
      ++n;
    }
    Strings out;
    out.values = {std::string(rest_.substr(0, n))};
    rest_.remove_prefix(n);
    return out;
  }

  std::optional<Strings> Group(int depth) {
    std::string_view open = "(";
    if (rest_.starts_with("(?:")) {
      open = "(?:";
    } else if (rest_.starts_with("(?")) {
      return std::nullopt;  // flags or a named group
    }
    rest_.remove_prefix(open.size());
    std::optional<Strings> inside = Alternation(depth + 1);
    if (!inside || rest_.empty() || rest_[0] != ')') {
      failed_ = true;
      return std::nullopt;
    }
    rest_.remove_prefix(1);
    return inside;
  }

  static bool Concatenate(Strings* left, const Strings& right) {
    if (left->values.size() * right.values.size() > kValuesMax) {
      return false;
    }
    std::vector<std::string> product;
    product.reserve(left->values.size() * right.values.size());
    for (const std::string& a : left->values) {
      for (const std::string& b : right.values) {
        product.push_back(a + b);
      }
    }
    left->values = std::move(product);
    left->complete = right.complete;
    return true;
  }

  // Skips to the `|` or `)` that ends this branch. Inside of brackets and escapes the syntax is
  // followed only as far as is needed for that; flags that change the syntax make it give up.
  bool SkipBranch() {
    int depth = 0;
    while (!rest_.empty() && !failed_) {
      const char c = rest_[0];
      if (depth == 0 && (c == '|' || c == ')')) {
        return true;
      }
      if (c == '\\') {
        if (rest_.size() < 2 || rest_[1] == 'Q') {
          return false;
        }
        rest_.remove_prefix(2);
        continue;
      }
      if (c == '[') {
        if (!SkipClass()) {
          return false;
        }
        continue;
      }
      if (rest_.starts_with("(?") && !rest_.starts_with("(?:")) {
        return false;
      }
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      rest_.remove_prefix(1);
    }
    return !failed_;
  }

  bool SkipClass() {
    size_t i = rest_.starts_with("[^") ? 2 : 1;
    if (i < rest_.size() && rest_[i] == ']') {
      ++i;  // a leading ] is a member
    }
    for (; i < rest_.size(); ++i) {
      if (rest_[i] == '\\' || (rest_[i] == '[' && i + 1 < rest_.size() && rest_[i + 1] == ':')) {
        return SkipRareClass();
      }
      if (rest_[i] == ']') {
        rest_.remove_prefix(i + 1);
        return true;
      }
    }
    return false;
  }

  // Escapes and [:names:] inside of a class are rare; the analysis ends there.
  static bool SkipRareClass() { return false; }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

RegexLiterals AnalyseRegex(std::string_view pattern) {
  RegexLiterals out;
  Analyser analyser(pattern);
  std::optional<Strings> strings = analyser.Alternation(0);
  if (!strings || !analyser.AtEnd()) {
    return out;
  }
  out.prefix = CommonPrefix(strings->values);
  if (strings->complete) {
    std::sort(strings->values.begin(), strings->values.end());
    strings->values.erase(std::unique(strings->values.begin(), strings->values.end()),
                          strings->values.end());
    out.values = std::move(strings->values);
  }
  return out;
}

}  // namespace sb::model
