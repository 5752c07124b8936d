// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/tags.h"

#include <gtest/gtest.h>

#include "query/traceql/testing/trace_builder.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::traceql {
namespace {

using A = AttributeValue;

class TagsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(
        TraceBuilder()
            .Span({.id = "1",
                   .service = "cart",
                   .name = "GET",
                   .attributes = {{"code", A::Int(200)}, {"user", A::Text("ann")}},
                   .resource = {{"cluster", A::Text("eu")}},
                   .scope = {{"lib", A::Text("x")}},
                   .events = {{.name = "e", .attributes = {{"level", A::Text("w")}}}}})
            .Span({.id = "2",
                   .parent = "1",
                   .service = "shop",
                   .name = "PUT",
                   .attributes = {{"code", A::Text("ok")}, {"flag", A::Bool(true)}},
                   .links = {{.trace = "1", .span = "1", .attributes = {{"w", A::Int(1)}}}}})
            .WriteTo(&store_)
            .ok());
  }
  std::string Names(std::string_view scope, std::string query = "") {
    const auto scopes = TagNames(store_, context_, scope, {.range = {}, .query = std::move(query)});
    EXPECT_TRUE(scopes.ok());
    std::string out;
    for (const auto& [name, tags] : *scopes) {
      out += name + ":";
      for (const std::string& tag : tags) {
        out += " " + tag;
      }
      out += "\n";
    }
    return out;
  }
  std::string Values(std::string_view tag, std::string query = "") {
    const auto values =
        TagValues(store_, context_, ParseTagName(tag), {.range = {}, .query = std::move(query)});
    EXPECT_TRUE(values.ok()) << values.status().ToString();
    std::string out;
    for (const TagValue& value : *values) {
      out += value.type + ":" + value.text + " ";
    }
    return out;
  }
  store::MemoryEventStore store_;
  store::PatientContext context_;
};

TEST_F(TagsTest, NamesByScope) {
  EXPECT_EQ(Names("span"), "span: code flag user\n");
  EXPECT_EQ(Names("resource"), "resource: cluster service.name\n");
  EXPECT_EQ(Names("event"), "event: level\n");
  EXPECT_EQ(Names("link"), "link: w\n");
  EXPECT_EQ(Names("instrumentation"), "instrumentation: lib\n");
  EXPECT_NE(Names("").find("intrinsic: duration"), std::string::npos);
}

TEST_F(TagsTest, UnfinishedQueriesNarrowNames) {
  EXPECT_EQ(Names("span", "{ resource.service.name = \"shop\" && span. }"), "span: code flag\n");
  EXPECT_EQ(Names("span", "{ nonsense"), "span: code flag user\n");
}

TEST_F(TagsTest, ValuesKeepTheirTypes) {
  EXPECT_EQ(Values("span.code"), "int:200 string:ok ");
  EXPECT_EQ(Values("flag"), "bool:true ");
  EXPECT_EQ(Values("resource.service.name"), "string:cart string:shop ");
  EXPECT_EQ(Values(".cluster"), "string:eu ");
  EXPECT_EQ(Values("name"), "string:GET string:PUT ");
  EXPECT_EQ(Values("rootName"), "string:GET ");
  EXPECT_EQ(Values("rootServiceName"), "string:cart ");
  EXPECT_EQ(Values("event.level"), "string:w ");
  EXPECT_EQ(Values("event:name"), "string:e ");
  EXPECT_EQ(Values("missing"), "");
  EXPECT_EQ(Values("duration"), "");
}

TEST_F(TagsTest, StatusAndKindAreFixedLists) {
  EXPECT_EQ(Values("status"), "keyword:error keyword:ok keyword:unset ");
  EXPECT_NE(Values("span:kind").find("keyword:consumer"), std::string::npos);
}

TEST_F(TagsTest, UnfinishedQueriesNarrowValues) {
  EXPECT_EQ(Values("name", "{ resource.service.name = \"cart\" && name = }"), "string:GET ");
  EXPECT_EQ(Values("resource.service.name", "{ span.code = 200 }"), "string:cart ");
  EXPECT_EQ(Values("name", "{ resource.cluster = }"), "string:GET string:PUT ");
}

}  // namespace
}  // namespace sb::traceql
