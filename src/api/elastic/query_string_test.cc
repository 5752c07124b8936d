// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "api/elastic/elastic_query.h"
#include "api/elastic/push_down.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::api {
namespace {

// One document: does the query match?
bool Matches(std::string_view text, bool default_and = false) {
  store::MemoryEventStore store;
  store::EventBatch batch;
  store::EventStreamBuilder stream;
  stream.Add("index", store::EventValue::Text("app"));
  stream.Add("namespace", store::EventValue::Text("shop"));
  batch.AddRow(batch.AddStream(stream.Build()), 1763632800000000000);
  batch.Set("line", store::EventValue::Text("GET /cart failed: upstream timeout"));
  batch.Set("meta.level", store::EventValue::Text("error"));
  batch.Set("meta.statusCode", store::EventValue::Text("503"));
  batch.Set("meta.user_name", store::EventValue::Text("Ann Lee"));
  EXPECT_TRUE(store.Write(std::move(batch)).ok());
  const auto query = ParseQueryString(text, default_and, 1763632800000);
  if (!query.ok()) {
    ADD_FAILURE() << text << ": " << query.status().ToString();
    return false;
  }
  store::EventScanOptions options;
  options.columns = {{"line"}, {"meta.*"}};
  const store::PatientContext context;
  auto scan = store.Scan(context, options);
  const store::EventBlock* block = *(*scan)->Next();
  const ElasticRows rows(*block);
  return (*query)->Matches(rows.At(0, (*scan)->stream(block->streams()[0])));
}

TEST(QueryStringTest, MatchesWhatLuceneWould) {
  for (const std::string_view text : {"",
                                      "*",
                                      "timeout",
                                      "TIMEOUT",
                                      "level:error",
                                      "level:ERROR",
                                      "statusCode:503",
                                      "statusCode:>=500",
                                      "statusCode:[500 TO 599]",
                                      "statusCode:{502 TO *}",
                                      "\"upstream timeout\"",
                                      "message:\"upstream timeout\"",
                                      "level:error AND timeout",
                                      "nothing OR timeout",
                                      "nothing timeout",
                                      "+timeout -debug",
                                      "NOT debug",
                                      "level:(warn OR error)",
                                      "(level:warn OR level:error) AND failed",
                                      "time*",
                                      "*meout",
                                      "level:err?r",
                                      "user.name:Ann",
                                      "user_name:\"ann lee\"",
                                      "kubernetes.namespace_name:shop",
                                      "_exists_:level",
                                      "NOT _exists_:nope",
                                      "/time(out|d)/",
                                      "message:/up.*/",
                                      "@timestamp:[2025-11-20 TO 2025-11-20]",
                                      "@timestamp:>=now-1h",
                                      "statusCode:503^2",
                                      "level:error && !level:warn",
                                      "level.keyword:error",
                                      "GET \\/cart"}) {
    EXPECT_TRUE(Matches(text)) << text;
  }
}

TEST(QueryStringTest, DoesNotMatchTheRest) {
  for (const std::string_view text :
       {"time", "level:warn", "statusCode:>503", "statusCode:{503 TO 600}", "\"timeout upstream\"",
        "level:error AND debug", "NOT timeout", "+debug timeout", "-timeout", "_exists_:nope",
        "level:(warn OR info)", "@timestamp:<2025-11-20", "lev*:error", "/time/"}) {
    EXPECT_FALSE(Matches(text)) << text;
  }
  EXPECT_FALSE(Matches("nothing timeout", true));
}

TEST(RequiredLiteralTest, OnlyWhatStandsInEveryMatch) {
  EXPECT_EQ(RequiredLiteral("(?s).*timeout.*"), "timeout");
  EXPECT_EQ(RequiredLiteral("GET \\/cart\\.html?"), "GET /cart.htm");
  EXPECT_EQ(RequiredLiteral("dead.*exceeded"), "exceeded");
  EXPECT_EQ(RequiredLiteral("abc+defg*"), "abc");
  EXPECT_EQ(RequiredLiteral("abcd?e"), "abc");
  // The signs of Kelvin and the long s are k and s to a regular expression.
  EXPECT_EQ(RequiredLiteral("token status"), "tatu");
  for (const std::string_view none : {"", "ab", "abc|def", "(abc)?", "[abc]def", "abc{0}", "\\babc",
                                      "\\Qa.b\\E", "größe", "a.b.c"}) {
    EXPECT_EQ(RequiredLiteral(none), "") << none;
  }
}

TEST(QueryStringTest, SaysWhatIsWrong) {
  for (const std::string_view text : {"(a", "a)", "\"a", "/a", "a:[1 2]", "level:", "/(/"}) {
    EXPECT_EQ(ParseQueryString(text, false, 0).status().code(), base::StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_EQ(ParseQueryString(std::string(10'000, '('), false, 0).status().code(),
            base::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace sb::api
