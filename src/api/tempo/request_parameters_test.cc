// SPDX-License-Identifier: Apache-2.0
#include "api/tempo/request_parameters.h"

#include <gtest/gtest.h>

#include "query/traceql/parser.h"

namespace sb::api::tempo {
namespace {

TEST(TempoParametersTest, TimesAreSecondsNanosecondsOrDates) {
  EXPECT_EQ(*ParseTimeNs("1700000000"), 1'700'000'000'000'000'000);
  EXPECT_EQ(*ParseTimeNs("1700000000000000001"), 1'700'000'000'000'000'001);
  EXPECT_EQ(*ParseTimeNs("1.5"), 1'500'000'000);
  EXPECT_EQ(*ParseTimeNs("2023-11-14T22:13:20Z"), 1'700'000'000'000'000'000);
  EXPECT_FALSE(ParseTimeNs("soon").ok());
}

TEST(TempoParametersTest, EndMustBeAfterStart) {
  EXPECT_FALSE(Range(*net::UrlParams::Parse("start=20&end=10")).ok());
  EXPECT_FALSE(Range(*net::UrlParams::Parse("start=20&end=20")).ok());
  const auto range = Range(*net::UrlParams::Parse("start=10&end=20"));
  ASSERT_TRUE(range.ok());
  EXPECT_EQ(range->start_ns, 10'000'000'000);
  EXPECT_EQ(range->end_ns, 20'000'000'001);
  EXPECT_EQ(Range(net::UrlParams())->start_ns, INT64_MIN);
}

TEST(TempoParametersTest, LogfmtTagsBecomeAQuery) {
  const auto tags = ParseLogfmt("service.name=cart http.status_code=500 name=\"GET /a b\"");
  ASSERT_TRUE(tags.ok());
  ASSERT_EQ(tags->size(), 3U);
  EXPECT_EQ((*tags)[2].second, "GET /a b");
  const std::string query = QueryOfTags(*tags, 1'000'000, std::nullopt);
  EXPECT_EQ(query,
            "{ resource.service.name =~ \"(?i).*cart.*\" } && "
            "{ .http.status_code =~ \"(?i).*500.*\" || .http.status_code = 500 } && "
            "{ name =~ \"(?i).*GET\\\\ \\\\/a\\\\ b.*\" } && { traceDuration >= 1000000ns }");
  EXPECT_TRUE(traceql::ParseAndValidate(query).ok());
  EXPECT_EQ(QueryOfTags({{"kind", "er"}, {"status", "Err"}}, std::nullopt, std::nullopt),
            "{ kind = internal || kind = server || kind = producer || kind = consumer } && "
            "{ status = error }");
  EXPECT_EQ(QueryOfTags({{"kind", "none"}}, std::nullopt, std::nullopt), "{ false }");
  EXPECT_FALSE(ParseLogfmt("novalue").ok());
  EXPECT_FALSE(ParseLogfmt("a=\"b").ok());
}

}  // namespace
}  // namespace sb::api::tempo
