// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/ottl.h"

#include <gtest/gtest.h>

namespace sb::ingest {
namespace {

class OttlTest : public ::testing::Test {
 protected:
  OttlTest() {
    SetIn(&resource_.attributes, "service.name", OttlValue::String("shop"));
    scope_.name = "lib";
    span_.name = "GET /users/42";
    span_.kind = wire::OtlpSpanKind::kServer;
    span_.trace_id = std::string(16, '\x01');
    SetIn(&span_.attributes, "http.status_code", OttlValue::Int(500));
    SetIn(&span_.attributes, "http.method", OttlValue::String("GET"));
    SetIn(&span_.attributes, "secret", OttlValue::String("1234"));
    event_.name = "exception";
  }
  OttlTarget Target() { return {&resource_, &scope_, &span_, &event_}; }
  void Do(std::string_view text, OttlContext context = OttlContext::kSpan) {
    const auto statement = ParseOttlStatement(text, context);
    ASSERT_TRUE(statement.ok()) << statement.status().ToString();
    const base::Status status = ingest::Run(*statement, Target());
    EXPECT_TRUE(status.ok()) << status.ToString();
  }
  bool Is(std::string_view text, OttlContext context = OttlContext::kSpan) {
    const auto condition = ParseOttlCondition(text, context);
    EXPECT_TRUE(condition.ok()) << condition.status().ToString();
    const auto holds = Holds(*condition, Target());
    EXPECT_TRUE(holds.ok()) << holds.status().ToString();
    return holds.ok() && *holds;
  }
  std::string Attribute(std::string_view key) {
    const OttlValue* value = FindIn(span_.attributes, key);
    return value == nullptr ? "(absent)" : value->Text();
  }

  ResourceRecord resource_;
  ScopeRecord scope_;
  SpanRecord span_;
  EventRecord event_;
};

TEST_F(OttlTest, ConditionsCompareAndCombine) {
  EXPECT_TRUE(Is(R"(name == "GET /users/42")"));
  EXPECT_TRUE(Is("kind == SPAN_KIND_SERVER and status.code != STATUS_CODE_ERROR"));
  EXPECT_TRUE(Is(R"(attributes["http.status_code"] >= 500)"));
  EXPECT_TRUE(Is(R"(attributes["http.status_code"] > 499.5)"));
  EXPECT_TRUE(Is(R"(attributes["missing"] == nil and attributes["http.method"] != nil)"));
  EXPECT_TRUE(Is(R"(resource.attributes["service.name"] == "shop" and scope.name == "lib")"));
  EXPECT_TRUE(Is(R"(false or (true and not false))"));
  EXPECT_FALSE(Is(R"(attributes["http.status_code"] == "500")"));
  EXPECT_TRUE(Is(R"(IsMatch(name, "^GET /users/\\d+$") and IsRootSpan())"));
  EXPECT_TRUE(Is(R"(Len(attributes["secret"]) == 4 and Int("7") == 7 and Double(2) == 2.0)"));
  EXPECT_TRUE(Is(R"(trace_id.string == "01010101010101010101010101010101")"));
  EXPECT_TRUE(Is(R"(name == "exception" and span.attributes["http.method"] == "GET")",
                 OttlContext::kSpanEvent));
}

TEST_F(OttlTest, EditorsChangeTheSpan) {
  Do(R"(replace_pattern(name, "/users/\\d+", "/users/{id}"))");
  EXPECT_EQ(span_.name, "GET /users/{id}");
  Do(R"(replace_pattern(name, "^(\\w+) (.*)$", "$2 by $1"))");
  EXPECT_EQ(span_.name, "/users/{id} by GET");
  Do(R"(set(attributes["copy"], Concat([attributes["http.method"], name], "|")))");
  EXPECT_EQ(Attribute("copy"), "GET|/users/{id} by GET");
  Do(R"(set(status.code, STATUS_CODE_ERROR) where attributes["http.status_code"] >= 500)");
  EXPECT_EQ(span_.status, wire::OtlpStatusCode::kError);
  Do(R"(delete_key(attributes, "copy"))");
  EXPECT_EQ(Attribute("copy"), "(absent)");
  Do(R"(set(attributes["secret"], SHA256(attributes["secret"])))");
  EXPECT_EQ(Attribute("secret").size(), 64U);
  Do(R"(truncate_all(attributes, 4))");
  EXPECT_EQ(Attribute("secret").size(), 4U);
  Do(R"(replace_all_patterns(attributes, "key", "^http\\.", "web."))");
  EXPECT_EQ(Attribute("web.method"), "GET");
  Do(R"(delete_matching_keys(attributes, "secret"))");
  Do(R"(keep_keys(attributes, ["web.method"]))");
  EXPECT_EQ(span_.attributes.size(), 1U);
  Do(R"(set(attributes["region"], "eu"))", OttlContext::kResource);
  EXPECT_EQ(FindIn(resource_.attributes, "region")->Text(), "eu");
  Do(R"(set(attributes["nothing"], attributes["missing"]))");
  EXPECT_EQ(Attribute("nothing"), "(absent)");
}

TEST_F(OttlTest, LimitKeepsTheNamedKeysFirst) {
  Do(R"(limit(attributes, 2, ["secret"]))");
  EXPECT_EQ(span_.attributes.size(), 2U);
  EXPECT_EQ(Attribute("secret"), "1234");
}

TEST_F(OttlTest, WhatIsNotUnderstoodIsNamedWithItsColumn) {
  const auto complaint = [](std::string_view text) {
    return std::string(ParseOttlStatement(text, OttlContext::kSpan).status().message());
  };
  EXPECT_NE(complaint(R"(sett(name, "x"))").find("sett"), std::string::npos);
  EXPECT_NE(complaint(R"(set(nam, "x"))").find("unknown path: nam"), std::string::npos);
  EXPECT_NE(complaint(R"(set(name, "x") where)").find("at column 21"), std::string::npos)
      << complaint(R"(set(name, "x") where)");
  EXPECT_NE(complaint(R"(replace_pattern(name, "(", "x"))").find("bad pattern"), std::string::npos);
  EXPECT_NE(complaint(R"(set(name, Frobnicate(name)))").find("Frobnicate"), std::string::npos);
  EXPECT_FALSE(ParseOttlCondition(std::string(100'000, '('), OttlContext::kSpan).ok());
  EXPECT_FALSE(ParseOttlCondition(R"(spanevent.name == "x")", OttlContext::kSpan).ok());
}

TEST_F(OttlTest, ValuesOfAnotherKindFailWhenTheyAreUsed) {
  const auto statement =
      ParseOttlStatement(R"(set(name, attributes["http.status_code"]))", OttlContext::kSpan);
  ASSERT_TRUE(statement.ok());
  EXPECT_FALSE(ingest::Run(*statement, Target()).ok());
}

}  // namespace
}  // namespace sb::ingest
