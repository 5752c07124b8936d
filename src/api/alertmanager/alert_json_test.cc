// SPDX-License-Identifier: Apache-2.0
#include "api/alertmanager/alert_json.h"

#include <gtest/gtest.h>

namespace sb::api {
namespace {

TEST(AlertJsonTest, TimesKeepNanosecondsAndOffsets) {
  base::TimestampNs time;
  ASSERT_TRUE(ParseRfc3339Ns("2026-08-22T10:00:00.5Z", &time));
  EXPECT_EQ(FormatApiTime(time), "2026-08-22T10:00:00.500Z");
  base::TimestampNs same;
  ASSERT_TRUE(ParseRfc3339Ns("2026-08-22T12:00:00.500000000+02:00", &same));
  EXPECT_EQ(time, same);
  EXPECT_FALSE(ParseRfc3339Ns("yesterday", &time));
  EXPECT_FALSE(ParseRfc3339Ns("2026-08-22T10:00:00", &time));
}

TEST(AlertJsonTest, AlertsAreRead) {
  const auto alerts = ParsePostedAlerts(
      R"([{"labels":{"b":"2","a":"1","empty":""},"annotations":{"s":"t"},
          "startsAt":"2026-08-22T10:00:00Z","generatorURL":"http://g"}])");
  ASSERT_TRUE(alerts.ok());
  ASSERT_EQ(alerts->size(), 1u);
  EXPECT_EQ((*alerts)[0].labels, model::LabelSet::FromPairs({{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ((*alerts)[0].generator_url, "http://g");
  EXPECT_EQ((*alerts)[0].ends_at.Value(), 0);
}

TEST(AlertJsonTest, BadBodiesAreRefusedInTheReferencesWords) {
  EXPECT_EQ(ParsePostedAlerts("[").status().message(),
            "parsing alerts body from \"\" failed, because unexpected EOF");
  EXPECT_EQ(ParsePostedAlerts(R"({"not": "a list"})").status().message(),
            "parsing alerts body from \"\" failed, because json: cannot unmarshal object into Go "
            "value of type models.PostableAlerts");
  for (const char* body : {"", "[1]", "[{\"labels\":3}]", "[{\"labels\":{\"a\":1}}]", "[[]]",
                           "[{\"labels\":{\"a\":\"b\"},\"startsAt\":5}]"}) {
    EXPECT_FALSE(ParsePostedAlerts(body).ok()) << body;
  }
}

TEST(AlertJsonTest, DeeplyNestedJsonEnds) {
  EXPECT_FALSE(ParsePostedAlerts(std::string(1'000'000, '[')).ok());
}

TEST(AlertJsonTest, SilencesNameWhatIsMissing) {
  const auto body = ParseSilence(
      R"({"matchers":[{"name":"a","value":"b","isRegex":false}],"comment":"c",
          "startsAt":"2026-08-22T10:00:00Z","endsAt":"2026-08-22T11:00:00Z"})");
  ASSERT_TRUE(body.ok());
  EXPECT_EQ(body->schema_code, 602);
  EXPECT_EQ(body->schema_message, "createdBy in body is required");
}

}  // namespace
}  // namespace sb::api
