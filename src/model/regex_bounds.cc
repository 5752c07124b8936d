// SPDX-License-Identifier: Apache-2.0
#include "model/regex_bounds.h"

#include <algorithm>

#include "model/regex_meta.h"

namespace sb::model {
namespace {

constexpr size_t kCharacterBytes = 4;  // of any, and of one in another case
constexpr size_t kBoundMax = 4096;
constexpr int kNestingMax = 100;

// "(?:" or "(?P<name>": a group that changes nothing else.
bool IsPlainGroup(std::string_view at) {
  return at.starts_with("(?:") || at.starts_with("(?P<") || !at.starts_with("(?");
}

// Behind the class that opens at `at`.
size_t SkipClass(std::string_view pattern, size_t at) {
  ++at;
  at += at < pattern.size() && pattern[at] == '^' ? 1 : 0;
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) {
      return at + 1;
    }
    if (pattern.substr(at).starts_with("[:")) {
      const size_t end = pattern.find(":]", at + 2);
      at = end == std::string_view::npos ? at + 1 : end + 2;
    } else {
      at += pattern[at] == '\\' ? 2 : 1;
    }
  }
  return pattern.size();
}

// Behind the group that opens at `at`; npos if it has flags for what follows.
size_t SkipGroup(std::string_view pattern, size_t at) {
  int depth = 0;
  while (at < pattern.size()) {
    const char c = pattern[at];
    if (c == '[') {
      at = SkipClass(pattern, at);
      continue;
    }
    if (c == '(') {
      if (!IsPlainGroup(pattern.substr(at))) {
        return std::string_view::npos;
      }
      ++depth;
    }
    at += c == '\\' ? 2 : 1;
    if (c == ')' && --depth == 0) {
      break;
    }
  }
  return std::min(at, pattern.size());
}

// The bytes of a run so far, and the longest run.
class Runs {
 public:
  void Add(char c) { run_ += c; }
  void End() {
    if (run_.size() > best_.size()) {
      best_ = run_;
    }
    run_.clear();
  }
  // The character that was added last may be absent.
  void DropLast() {
    while (!run_.empty() && (static_cast<unsigned char>(run_.back()) & 0xC0) == 0x80) {
      run_.pop_back();
    }
    if (!run_.empty()) {
      run_.pop_back();
    }
    End();
  }
  std::string Best() {
    End();
    return best_;
  }

 private:
  std::string run_;
  std::string best_;
};

// Sums up the longest match of the parts of an expression.
class Measure {
 public:
  explicit Measure(std::string_view pattern) : pattern_(pattern) {
    if (pattern_.starts_with("(?i)")) {
      at_ = 4;
      folds_ = true;
    }
  }

  size_t Run() {
    const size_t bytes = Alternatives(0);
    return at_ == pattern_.size() ? bytes : kUnbounded;
  }

 private:
  static size_t Sum(size_t a, size_t b) {
    return a == kUnbounded || b == kUnbounded || a + b > kBoundMax ? kUnbounded : a + b;
  }

  bool At(char c) const { return at_ < pattern_.size() && pattern_[at_] == c; }

  size_t Alternatives(int depth) {
    size_t longest = 0;
    for (;;) {
      const size_t bytes = Sequence(depth);
      if (bytes == kUnbounded) {
        return bytes;
      }
      longest = std::max(longest, bytes);
      if (!At('|')) {
        return longest;
      }
      ++at_;
    }
  }

  size_t Sequence(int depth) {
    size_t bytes = 0;
    while (at_ < pattern_.size() && !At('|') && !At(')') && bytes != kUnbounded) {
      bytes = Sum(bytes, Repeated(Atom(depth)));
    }
    return bytes;
  }

  size_t Atom(int depth) {
    const char c = pattern_[at_];
    switch (c) {
      case '(':
        return Group(depth);
      case '[':
        at_ = SkipClass(pattern_, at_);
        return kCharacterBytes;
      case '.':
        ++at_;
        return kCharacterBytes;
      case '\\':
        return Escape();
      default:
        break;
    }
    if (IsRegexMeta(c) && c != ']' && c != '}') {
      return kUnbounded;  // what depends on the place, or a brace that may be a repetition
    }
    ++at_;
    return folds_ ? kCharacterBytes : 1;
  }

  size_t Group(int depth) {
    if (depth > kNestingMax || !IsPlainGroup(pattern_.substr(at_))) {
      return kUnbounded;
    }
    const bool named = pattern_.substr(at_).starts_with("(?P<");
    at_ = named                                     ? pattern_.find('>', at_) + 1
          : pattern_.substr(at_).starts_with("(?:") ? at_ + 3
                                                    : at_ + 1;
    const size_t bytes = Alternatives(depth + 1);
    if (bytes == kUnbounded || !At(')')) {
      return kUnbounded;
    }
    ++at_;
    return bytes;
  }

  size_t Escape() {
    const char c = at_ + 1 < pattern_.size() ? pattern_[at_ + 1] : 'b';
    const bool is_known =
        IsRegexMeta(c) || std::string_view("dDwWsSnrt\"'-/ ").find(c) != std::string_view::npos;
    at_ += 2;
    return is_known ? kCharacterBytes : kUnbounded;
  }

  // With the repetition behind it.
  size_t Repeated(size_t bytes) {
    if (At('*') || At('+')) {
      return kUnbounded;
    }
    if (At('?')) {
      ++at_;
    } else if (At('{')) {
      bytes = Counted(bytes);
    }
    if (At('?')) {
      ++at_;  // as few as possible
    }
    return At('*') || At('+') || At('{') ? kUnbounded : bytes;
  }

  // {2} or {2,5}
  size_t Counted(size_t bytes) {
    const size_t end = pattern_.find('}', at_);
    if (bytes == kUnbounded || end == std::string_view::npos) {
      return kUnbounded;
    }
    std::string_view count = pattern_.substr(at_ + 1, end - at_ - 1);
    if (const size_t comma = count.find(','); comma != std::string_view::npos && comma > 0) {
      count.remove_prefix(comma + 1);
    }
    if (count.empty() || count.size() > 4 ||
        count.find_first_not_of("0123456789") != std::string_view::npos) {
      return kUnbounded;
    }
    size_t times = 0;
    for (const char c : count) {
      times = times * 10 + static_cast<size_t>(c - '0');
    }
    at_ = end + 1;
    return bytes * times > kBoundMax ? kUnbounded : bytes * times;
  }

  std::string_view pattern_;
  size_t at_ = 0;
  bool folds_ = false;
};

}  // namespace

std::string RequiredRun(std::string_view pattern) {
  Runs runs;
  for (size_t at = 0; at < pattern.size();) {
    const char c = pattern[at];
    if (c == '|') {
      return "";
    }
    if (c == '[') {
      runs.End();
      at = SkipClass(pattern, at);
    } else if (c == '(') {
      runs.End();
      at = SkipGroup(pattern, at);
      if (at == std::string_view::npos) {
        return "";
      }
    } else if (c == '?' || c == '*' || c == '{') {
      runs.DropLast();
      at = c == '{' ? pattern.find('}', at) : at;
      at = at == std::string_view::npos ? pattern.size() : at + 1;
    } else if (c == '\\') {
      const char next = at + 1 < pattern.size() ? pattern[at + 1] : '\0';
      if (IsRegexMeta(next)) {
        runs.Add(next);
      } else if (std::string_view("dDwWsSbBnrtfv").find(next) != std::string_view::npos) {
        runs.End();
      } else {
        return "";  // what follows may mean something else
      }
      at += 2;
    } else {
      if (IsRegexMeta(c)) {
        runs.End();
      } else {
        runs.Add(c);
      }
      ++at;
    }
  }
  return runs.Best();
}

size_t MatchBytesMax(std::string_view pattern) {
  return Measure(pattern).Run();
}

}  // namespace sb::model
