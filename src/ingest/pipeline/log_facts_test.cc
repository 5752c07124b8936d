// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/log_facts.h"

#include <gtest/gtest.h>

#include "encoding/hex.h"

namespace sb::ingest {
namespace {

constexpr std::string_view kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr std::string_view kSpan = "00f067aa0ba902b7";

LogFacts FactsOf(std::string_view line) {
  LogFacts facts;
  ReadLogFacts(line, LevelFields(), &facts);
  return facts;
}

std::string TraceOf(std::string_view line) {
  const LogFacts facts = FactsOf(line);
  return facts.has_trace ? encoding::HexOf({facts.trace_id.data(), 16}) : "";
}

std::string SpanOf(std::string_view line) {
  const LogFacts facts = FactsOf(line);
  return facts.has_span ? encoding::HexOf({facts.span_id.data(), 8}) : "";
}

TEST(LogFactsTest, FindsIdsInEveryUsualForm) {
  const std::string lines[] = {
      R"({"msg":"x","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7"})",
      R"({"traceId":"4BF92F3577B34DA6A3CE929D0E0E4736", "spanId" : "00f067aa0ba902b7"})",
      R"({"trace":{"id":"4bf92f3577b34da6a3ce929d0e0e4736"},"span":{"id":"00f067aa0ba902b7"}})",
      R"({"trace.id":"4bf92f35-77b3-4da6-a3ce-929d0e0e4736","span.id":"00f067aa0ba902b7"})",
      R"({"traceparent":"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})",
      "level=info TraceID=4bf92f3577b34da6a3ce929d0e0e4736 span_id=\"00f067aa0ba902b7\" msg=x",
      "INFO [shop,4bf9] trace_id: 4bf92f3577b34da6a3ce929d0e0e4736 span_id: 00f067aa0ba902b7 done",
      "done (Trace-Id '4bf92f3577b34da6a3ce929d0e0e4736', Span-Id '00f067aa0ba902b7')",
      "headers traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  };
  for (const std::string& line : lines) {
    EXPECT_EQ(TraceOf(line), kTrace) << line;
    EXPECT_EQ(SpanOf(line), kSpan) << line;
  }
}

TEST(LogFactsTest, PadsShortTraceIds) {
  EXPECT_EQ(TraceOf("msg=x traceID=a3ce929d0e0e4736"), "0000000000000000a3ce929d0e0e4736");
}

TEST(LogFactsTest, TakesNothingThatIsNoId) {
  for (const std::string_view line :
       {"trace_id=00000000000000000000000000000000", "traceId=xyz", "stack trace id is here",
        R"({"trace_id":17,"span_id":null})", R"({"trace_id":"4bf92f3577b34da6a3ce929d0e0e47"})",
        "traceid", "trace", "{\"traceparent\":\"00-short\"}"}) {
    EXPECT_EQ(TraceOf(line), "") << line;
  }
}

TEST(LogFactsTest, SurvivesBrokenJson) {
  for (const std::string_view line : {"{", "{\"", "{\"level", "{\"level\":", "{\"level\":\"err",
                                      "{\"a\\", "}}}}{\"level\":\"error\"}", "{]]]"}) {
    (void)FactsOf(line);
  }
  EXPECT_EQ(FactsOf(R"({"level":"error","a":)").level, LogLevel::kError);
}

TEST(LogFactsTest, LevelFieldWinsOverText) {
  EXPECT_EQ(FactsOf(R"({"msg":"error here","level":"info"})").level, LogLevel::kInfo);
  EXPECT_EQ(FactsOf(R"({"level":30,"msg":"error here"})").level, LogLevel::kInfo);
  EXPECT_EQ(FactsOf(R"({"log":{"level":"warn"},"msg":"error"})").level, LogLevel::kWarn);
  EXPECT_EQ(FactsOf(R"({"a":{"b":{"level":"warn"}}})").level, LogLevel::kWarn);  // by its text
  EXPECT_EQ(FactsOf("GET /x?level=error HTTP/1.1").level, LogLevel::kError);     // by its text
}

}  // namespace
}  // namespace sb::ingest
