// SPDX-License-Identifier: Apache-2.0
#include "net/url_params.h"

#include <gtest/gtest.h>

#include <string>

namespace sb::net {
namespace {

TEST(UrlParamsTest, KeepsOrderAndRepeatedNames) {
  const auto params = UrlParams::Parse("match[]=up&x=1&match%5B%5D=go%20info+y&empty=&bare");
  ASSERT_TRUE(params.ok());
  EXPECT_EQ(params->GetAll("match[]"), (std::vector<std::string_view>{"up", "go info y"}));
  EXPECT_EQ(params->Get("x"), "1");
  EXPECT_TRUE(params->Has("bare"));
  EXPECT_TRUE(params->Has("empty"));
  EXPECT_EQ(params->Get("missing"), "");
  EXPECT_EQ(params->size(), 5U);
}

TEST(UrlParamsTest, RefusesMalformedEscapesAndSemicolons) {
  for (const char* bad : {"a=%", "a=%1", "a=%zz", "%g1=x", "a=1;b=2"}) {
    const auto params = UrlParams::Parse(bad);
    ASSERT_FALSE(params.ok()) << bad;
    EXPECT_EQ(params.status().code(), base::StatusCode::kInvalidArgument);
  }
  EXPECT_EQ(UrlParams::Parse("q=%zz1").status().message(), "invalid URL escape \"%zz\"");
}

TEST(UrlParamsTest, RefusesMorePairsThanTheLimit) {
  std::string many;
  for (size_t i = 0; i <= kMaxUrlParams; ++i) {
    many += "a&";
  }
  EXPECT_FALSE(UrlParams::Parse(many).ok());
}

TEST(UrlParamsTest, EncodedFormParsesToTheSamePairs) {
  UrlParams params;
  params.Add("query", "sum by (a) (rate(x{b=~\"c|d+\"}[5m])) / 2 & more%");
  params.Add("\xc3\xa9", std::string("\0\n;=", 4));
  const auto parsed = UrlParams::Parse(params.Encode());
  ASSERT_TRUE(parsed.ok());
  ASSERT_EQ(parsed->size(), 2U);
  EXPECT_TRUE(std::equal(params.begin(), params.end(), parsed->begin()));
}

TEST(UrlParamsTest, PathKeepsPlusAndRefusesNul) {
  EXPECT_EQ(*PercentDecodePath("/a+b%2Fc"), "/a+b/c");
  EXPECT_FALSE(PercentDecodePath("/a%00b").ok());
  EXPECT_EQ(*PercentDecodeQuery("a+b"), "a b");
  EXPECT_EQ(PercentEncodePathSegment("a b/c"), "a%20b%2Fc");
}

}  // namespace
}  // namespace sb::net
