// SPDX-License-Identifier: Apache-2.0
#include "model/regex_bounds.h"

#include <gtest/gtest.h>
#include <re2/re2.h>

#include "base/env.h"

namespace sb::model {
namespace {

TEST(RegexBoundsTest, TheLongestRunIsFound) {
  EXPECT_EQ(RequiredRun(R"(user_id":4[0-9]7,)"), R"(user_id":4)");
  EXPECT_EQ(RequiredRun("took.{1,3}ms"), "took");
  EXPECT_EQ(RequiredRun(R"(a\.b(c|defgh)ij)"), "a.b");
  EXPECT_EQ(RequiredRun("colou?r"), "colo");
  EXPECT_EQ(RequiredRun("ab+cd"), "ab");
  EXPECT_EQ(RequiredRun("[[:alpha:]x]yz"), "yz");
  EXPECT_EQ(RequiredRun("[]a]bc"), "bc");
  EXPECT_EQ(RequiredRun("(?:x)(?P<n>y)abc"), "abc");
  for (const char* none : {"a|b", "(?i)abc", "ab(?i)defg", "(x(?i)y)abc", R"(\Qa|b\E)", R"(\x41b)",
                           "a*", ""}) {
    EXPECT_EQ(RequiredRun(none), "") << none;
  }
}

TEST(RegexBoundsTest, TheLongestMatchIsFound) {
  EXPECT_EQ(MatchBytesMax("abc"), 3U);
  EXPECT_EQ(MatchBytesMax("(?i)abc"), 12U);
  EXPECT_EQ(MatchBytesMax("a[0-9]b"), 6U);
  EXPECT_EQ(MatchBytesMax(R"(a\d{2,3}|b(?:cd)?)"), 13U);
  EXPECT_EQ(MatchBytesMax("(ab|c){3}"), 6U);
  EXPECT_EQ(MatchBytesMax("ab??"), 2U);
  EXPECT_EQ(MatchBytesMax(""), 0U);
  for (const char* none :
       {"a+", "a*b", "a{2,}", "^a", "a$", R"(\ba)", R"(a\B)", R"(\Ab)", R"(b\z)", "a(?i)b",
        "(?m)a", R"(\Qa+\E)", R"(\pL)", "a{,3}", "(a{1000}){5}", "(a|b+)", "a{2}{3}", "{a}"}) {
    EXPECT_EQ(MatchBytesMax(none), kUnbounded) << none;
  }
}

// Random expressions over random texts: every match has the run and is no longer than was said, and
// is found in a piece of the text around the run, too.
TEST(RegexBoundsTest, MatchesAreAsWasSaid) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  uint64_t state = seed;
  const auto below = [&state](uint64_t n) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (state >> 33) % n;
  };
  static constexpr std::string_view kParts[] = {
      "a", "b", "ab", "A", "k", "(a|bc)", "[ab]", "[^a]", ".", "a?", "b{1,2}", "(?:ab)?", R"(\.)",
      R"(\w)", "c", "é", "a*", "(?P<x>b)", "[[:digit:]b]", "|", "b+", R"(\b)", "$"};
  size_t bounded = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string pattern = below(4) == 0 ? "(?i)" : "";
    for (uint64_t n = 1 + below(5); n > 0; --n) {
      pattern += kParts[below(std::size(kParts))];
    }
    re2::RE2::Options options;
    options.set_log_errors(false);
    const re2::RE2 regex("(" + pattern + ")", options);
    const re2::RE2 plain(pattern, options);
    if (!plain.ok() || !regex.ok()) {
      continue;
    }
    std::string text;
    for (uint64_t n = below(20); n > 0; --n) {
      text += std::string_view("aabbcABKk. 1")[below(12)];
      text += below(9) == 0 ? "é" : "";
    }
    const std::string run = RequiredRun(pattern);
    const size_t longest = MatchBytesMax(pattern);
    bounded += longest != kUnbounded ? 1 : 0;
    re2::StringPiece match;
    if (!plain.Match(text, 0, text.size(), re2::RE2::UNANCHORED, &match, 1)) {
      continue;
    }
    const std::string found(match.data(), match.size());
    EXPECT_NE(found.find(run), std::string::npos) << pattern << " in " << text;
    EXPECT_LE(found.size(), longest) << pattern << " in " << text;
    if (longest != kUnbounded) {
      EXPECT_TRUE(re2::RE2::PartialMatch(found, plain)) << pattern << " in " << text;
    }
  }
  EXPECT_GT(bounded, 500U);
}

}  // namespace
}  // namespace sb::model
