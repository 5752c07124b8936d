// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/byte_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "base/env.h"

namespace sb::events {
namespace {

constexpr size_t kNone = std::string_view::npos;

size_t Find(std::string_view text, std::string_view needle, bool fold) {
  const char* const end = text.data() + text.size();
  const char* const at =
      fold ? FindFolded(text.data(), end, needle) : FindBytes(text.data(), end, needle);
  return at == nullptr ? kNone : static_cast<size_t>(at - text.data());
}

TEST(ByteSearchTest, FindsWhatTheStandardLibraryFinds) {
  const uint64_t seed = base::Env::Real().random().Next64();
  std::printf("seed: %llu\n", static_cast<unsigned long long>(seed));
  std::mt19937_64 random(seed);
  constexpr std::string_view kBytes = "abABz@`[{\xC3\xE1 ";
  const auto text_of = [&](size_t size, size_t bytes) {
    std::string text;
    for (size_t i = 0; i < size; ++i) {
      text.push_back(kBytes[random() % bytes]);
    }
    return text;
  };
  for (int round = 0; round < 20000; ++round) {
    const size_t bytes = 2 + random() % (kBytes.size() - 1);
    const std::string text = text_of(random() % 70, bytes);
    const std::string needle = text_of(random() % 6, bytes);
    ASSERT_EQ(Find(text, needle, false), text.find(needle)) << text << " / " << needle;
    std::string lower_text;
    std::string lower_needle;
    LowerAscii(text, &lower_text);
    LowerAscii(needle, &lower_needle);
    ASSERT_EQ(Find(text, lower_needle, true), lower_text.find(lower_needle))
        << text << " / " << needle;
  }
}

TEST(ByteSearchTest, LowersAsciiLettersOnly) {
  std::string all;
  std::string expected;
  for (int c = 0; c < 256; ++c) {
    all.push_back(static_cast<char>(c));
    expected.push_back(static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c));
  }
  std::string lower;
  LowerAscii(all, &lower);
  EXPECT_EQ(lower, expected);
  LowerAscii("AZ", &lower);
  EXPECT_EQ(lower, "az");
}

}  // namespace
}  // namespace sb::events
