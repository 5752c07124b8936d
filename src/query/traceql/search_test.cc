// SPDX-License-Identifier: Apache-2.0
//
// What a query means, one trap of the language at a time.
#include "query/traceql/search.h"

#include <gtest/gtest.h>

#include "encoding/hex.h"
#include "query/traceql/testing/trace_builder.h"
#include "store/interface/testing/memory_event_store.h"

namespace sb::traceql {
namespace {

using A = AttributeValue;

class SearchTest : public ::testing::Test {
 protected:
  void Write(const TraceBuilder& builder) { ASSERT_TRUE(builder.WriteTo(&store_).ok()); }

  SearchResult Run(std::string_view query, SearchOptions options = {}) {
    auto result = Search(store_, context_, query, options);
    EXPECT_TRUE(result.ok()) << query << ": " << result.status().ToString();
    return result.ok() ? std::move(*result) : SearchResult();
  }

  // The matched spans, as "trace:span span;trace:span", ids without zeros in front.
  std::string Spans(std::string_view query) {
    std::string out;
    SearchOptions options;
    options.spans_per_spanset = 0;
    for (const FoundTrace& trace : Run(query, options).traces) {
      out += out.empty() ? "" : ";";
      out += Hex(trace.trace_id) + ":";
      for (size_t i = 0; i < trace.spansets.size(); ++i) {
        out += i > 0 ? "/" : "";
        for (const FoundSpan& span : trace.spansets[i].spans) {
          out += Hex(span.span_id);
        }
      }
    }
    return out;
  }

  static std::string Hex(const std::string& bytes) {
    const std::string hex = encoding::HexOf(bytes);
    return hex.substr(std::min(hex.find_first_not_of('0'), hex.size() - 1));
  }

  std::string Error(std::string_view query) {
    const auto result = Search(store_, context_, query, {});
    return result.ok() ? "" : std::string(result.status().message());
  }

  // One span per value of an attribute, ids 1, 2, …; one trace each.
  void WriteValues(const std::string& key, const std::vector<AttributeValue>& values) {
    TraceBuilder builder;
    for (size_t i = 0; i < values.size(); ++i) {
      const std::string id = std::to_string(i + 1);
      builder.Span({.trace = id,
                    .id = id,
                    .start_ns = -static_cast<int64_t>(i),
                    .attributes = {{key, values[i]}}});
    }
    Write(builder);
  }

  //       1 (root)
  //     2     3
  //    4 5    6
  void WriteTree() {
    TraceBuilder b;
    const auto span = [&b](const std::string& id, const std::string& parent, int64_t start) {
      b.Span({.trace = "1",
              .id = id,
              .parent = parent,
              .name = "n" + id,
              .start_ns = start,
              .attributes = {{"n", A::Int(std::stoll(id))}}});
    };
    span("1", "", 0);
    span("2", "1", 1);
    span("3", "1", 2);
    span("4", "2", 3);
    span("5", "2", 4);
    span("6", "3", 5);
    Write(b);
  }

  store::MemoryEventStore store_;
  store::PatientContext context_;
};

TEST_F(SearchTest, MissingAttributeIsNeitherEqualNorDifferent) {
  WriteValues("a", {A::Int(1), A::Int(2)});
  Write(TraceBuilder().Span({.trace = "9", .id = "9"}));
  EXPECT_EQ(Spans("{ .a = 1 }"), "1:1");
  EXPECT_EQ(Spans("{ .a != 1 }"), "2:2");
  EXPECT_EQ(Spans("{ .a = nil }"), "9:9");
  EXPECT_EQ(Spans("{ .a != nil }"), "1:1;2:2");
  EXPECT_EQ(Spans("{ .a !~ \"x\" }"), "");
  EXPECT_EQ(Spans("{ !(.a = 1) }"), "9:9;2:2");
}

TEST_F(SearchTest, TypesAreNeverCast) {
  WriteValues("http.status_code", {A::Int(200), A::Text("200"), A::Float(200), A::Bool(true)});
  EXPECT_EQ(Spans("{ .http.status_code = 200 }"), "1:1;3:3");
  EXPECT_EQ(Spans("{ .http.status_code = \"200\" }"), "2:2");
  EXPECT_EQ(Spans("{ .http.status_code != 100 }"), "1:1;3:3");
  EXPECT_EQ(Spans("{ .http.status_code = 200ns }"), "1:1;3:3");
  EXPECT_EQ(Spans("{ .http.status_code }"), "4:4");
}

TEST_F(SearchTest, StatusNumbersAreNotThoseOfOtlp) {
  WriteValues("s", {A::Int(0), A::Int(1), A::Int(2)});
  EXPECT_EQ(Spans("{ .s = error }"), "1:1");
  EXPECT_EQ(Spans("{ .s = ok }"), "2:2");
  EXPECT_EQ(Spans("{ .s = unset }"), "3:3");
  Write(TraceBuilder().Span({.trace = "7", .id = "7", .start_ns = -9, .status = 2}));
  EXPECT_EQ(Spans("{ status = error }"), "7:7");
}

TEST_F(SearchTest, ArraysMatchByAnyAndByNone) {
  WriteValues("a", {A::Array({A::Text("x"), A::Text("y")}), A::Array({A::Text("y")}), A::Array({}),
                    A::Text("x")});
  EXPECT_EQ(Spans("{ span.a = \"x\" }"), "1:1;4:4");
  EXPECT_EQ(Spans("{ span.a != \"x\" }"), "2:2");
  EXPECT_EQ(Spans("{ .a =~ \"x|z\" }"), "1:1;4:4");
  EXPECT_EQ(Spans("{ .a !~ \"x|z\" }"), "2:2");
}

TEST_F(SearchTest, ResourceArraysMatchToo) {
  Write(TraceBuilder()
            .Span({.trace = "1", .resource = {{"args", A::Array({A::Text("-x"), A::Text("-y")})}}})
            .Span({.trace = "2", .resource = {{"args", A::Text("-y")}}}));
  EXPECT_EQ(Spans("{ resource.args = \"-y\" }"), "1:1;2:1");
  EXPECT_EQ(Spans("{ resource.args != \"-x\" }"), "2:1");
}

TEST_F(SearchTest, StringsAreOrdered) {
  WriteValues("v", {A::Text("200"), A::Text("404"), A::Int(500)});
  EXPECT_EQ(Spans("{ .v >= \"300\" }"), "2:2");
  EXPECT_EQ(Spans("{ .v < \"300\" }"), "1:1");
}

TEST_F(SearchTest, RegexMatchesTheWholeValue) {
  WriteValues("v", {A::Text("abc"), A::Text("b"), A::Text("a\nb")});
  EXPECT_EQ(Spans("{ .v =~ \"b\" }"), "2:2");
  EXPECT_EQ(Spans("{ .v =~ \"a.b\" }"), "3:3");
  EXPECT_EQ(Spans("{ .v !~ \"a.*\" }"), "2:2");
}

TEST_F(SearchTest, IntegersDivideWithoutRest) {
  WriteValues("v", {A::Int(7), A::Float(7)});
  EXPECT_EQ(Spans("{ .v / 2 = 3 }"), "1:1");
  EXPECT_EQ(Spans("{ .v / 2 = 3.5 }"), "2:2");
  EXPECT_NE(Error("{ .v / 0 = 1 }").find("division by zero"), std::string::npos);
}

TEST_F(SearchTest, UnscopedNamesReadSpanThenResourceThenEvents) {
  Write(TraceBuilder()
            .Span({.trace = "1",
                   .attributes = {{"k", A::Text("span")}},
                   .resource = {{"k", A::Text("resource")}}})
            .Span({.trace = "2", .start_ns = -1, .resource = {{"k", A::Text("resource")}}})
            .Span({.trace = "3",
                   .start_ns = -2,
                   .events = {{.name = "e", .attributes = {{"k", A::Text("event")}}}}})
            .Span({.trace = "4",
                   .start_ns = -3,
                   .links = {{.trace = "1", .span = "1", .attributes = {{"k", A::Text("link")}}}}})
            .Span({.trace = "5", .start_ns = -4, .scope = {{"k", A::Text("scope")}}}));
  EXPECT_EQ(Spans("{ .k = \"span\" }"), "1:1");
  EXPECT_EQ(Spans("{ .k = \"resource\" }"), "2:1");
  EXPECT_EQ(Spans("{ .k = \"event\" }"), "3:1");
  EXPECT_EQ(Spans("{ .k = \"link\" }"), "4:1");
  EXPECT_EQ(Spans("{ .k = \"scope\" }"), "5:1");
  EXPECT_EQ(Spans("{ resource.k = \"resource\" }"), "1:1;2:1");
  EXPECT_EQ(Spans("{ event.k = \"event\" }"), "3:1");
  EXPECT_EQ(Spans("{ link.k =~ \"l.*\" }"), "4:1");
  EXPECT_EQ(Spans("{ instrumentation.k = \"scope\" }"), "5:1");
}

TEST_F(SearchTest, OldAndNewConventionsAreOneForUnscopedNames) {
  Write(TraceBuilder()
            .Span({.trace = "1", .attributes = {{"http.status_code", A::Int(500)}}})
            .Span({.trace = "2",
                   .start_ns = -1,
                   .attributes = {{"http.response.status_code", A::Int(500)}}}));
  EXPECT_EQ(Spans("{ .http.status_code >= 400 }"), "1:1;2:1");
  EXPECT_EQ(Spans("{ .http.response.status_code = 500 }"), "1:1;2:1");
  EXPECT_EQ(Spans("{ span.http.status_code = 500 }"), "1:1");
  const SearchResult result = Run("{ .http.status_code >= 400 }");
  ASSERT_EQ(result.notes.messages.size(), 1U);
  EXPECT_EQ(result.notes.messages[0], ".http.status_code also reads http.response.status_code");
}

TEST_F(SearchTest, IssueQueryFindsBothGenerations) {
  for (const std::string key : {"http.status_code", "http.response.status_code"}) {
    Write(TraceBuilder().Span({.trace = key.size() > 20 ? "2" : "1",
                               .service = "apm-backend",
                               .duration_ns = 30'000'000,
                               .attributes = {{key, A::Int(404)}}}));
  }
  EXPECT_EQ(Spans("{ .service.name = \"apm-backend\" && .http.status_code >= 400 && "
                  "duration > 20ms }"),
            "1:1;2:1");
  EXPECT_EQ(Spans("{ .service.name = \"apm-backend\" && duration > 40ms }"), "");
}

TEST_F(SearchTest, StructuralOperatorsGiveTheRightSide) {
  WriteTree();
  EXPECT_EQ(Spans("{ .n = 1 } > { }"), "1:23");
  EXPECT_EQ(Spans("{ .n = 1 } >> { }"), "1:23456");
  EXPECT_EQ(Spans("{ .n = 4 } < { }"), "1:2");
  EXPECT_EQ(Spans("{ .n = 4 } << { }"), "1:12");
  EXPECT_EQ(Spans("{ .n = 4 } ~ { }"), "1:5");
  EXPECT_EQ(Spans("{ .n > 1 } ~ { .n > 1 }"), "1:2345");
}

TEST_F(SearchTest, NegatedStructuralOperators) {
  WriteTree();
  EXPECT_EQ(Spans("{ .n = 1 } !> { }"), "1:1456");
  EXPECT_EQ(Spans("{ .n = 2 } !>> { }"), "1:1236");
  EXPECT_EQ(Spans("{ .n = 4 } !< { }"), "1:13456");
  EXPECT_EQ(Spans("{ .n = 4 } !<< { }"), "1:3456");
  EXPECT_EQ(Spans("{ .n = 4 } !~ { }"), "1:12346");
  EXPECT_EQ(Spans("{ .n = 99 } !>> { .n = 2 }"), "1:2");
}

TEST_F(SearchTest, UnionStructuralOperatorsGiveBothSides) {
  WriteTree();
  EXPECT_EQ(Spans("{ .n = 1 } &> { .n > 2 }"), "1:13");
  EXPECT_EQ(Spans("{ .n < 3 } &>> { .n = 6 }"), "1:16");
  EXPECT_EQ(Spans("{ .n = 4 } &< { }"), "1:24");
  EXPECT_EQ(Spans("{ .n = 4 } &<< { }"), "1:124");
  EXPECT_EQ(Spans("{ .n = 4 } &~ { }"), "1:45");
}

TEST_F(SearchTest, AndNeedsBothSidesOrEither) {
  WriteTree();
  EXPECT_EQ(Spans("{ .n = 1 } && { .n = 6 }"), "1:16");
  EXPECT_EQ(Spans("{ .n = 1 } && { .n = 7 }"), "");
  EXPECT_EQ(Spans("{ .n = 1 } || { .n = 7 }"), "1:1");
  EXPECT_EQ(Spans("({ .n = 1 } >> { .n = 6 }) || { .n = 2 }"), "1:26");
}

TEST_F(SearchTest, NestedSetNumbersAreThoseOfADepthFirstWalk) {
  WriteTree();
  EXPECT_EQ(Spans("{ nestedSetParent < 0 }"), "1:1");
  EXPECT_EQ(Spans("{ nestedSetLeft = 1 }"), "1:1");
  EXPECT_EQ(Spans("{ nestedSetRight = 12 }"), "1:1");
  EXPECT_EQ(Spans("{ nestedSetLeft = 2 && nestedSetRight = 7 }"), "1:2");
  EXPECT_EQ(Spans("{ nestedSetParent = 2 }"), "1:45");
  EXPECT_EQ(Spans("{ span:childCount = 2 }"), "1:12");
}

TEST_F(SearchTest, OrphansAndCyclesAreExtraRoots) {
  Write(TraceBuilder()
            .Span({.trace = "1", .id = "2", .parent = "9"})
            .Span({.trace = "2", .id = "3", .parent = "4", .start_ns = -2})
            .Span({.trace = "2", .id = "4", .parent = "3", .start_ns = -1})
            .Span({.trace = "3", .id = "5", .parent = "5", .start_ns = -3}));
  EXPECT_EQ(Spans("{ nestedSetParent = 0 }"), "1:2;2:3;3:5");
  EXPECT_EQ(Spans("{ nestedSetParent < 0 }"), "");
  EXPECT_EQ(Spans("{ } > { }"), "2:4");
  EXPECT_FALSE(Run("{}").traces[0].has_root);
}

TEST_F(SearchTest, SharedSpanIdsAreClientAboveServer) {
  Write(TraceBuilder()
            .Span({.id = "1", .name = "client", .start_ns = 0, .kind = 3})
            .Span({.id = "1", .name = "server", .start_ns = 1, .kind = 2})
            .Span({.id = "2", .parent = "1", .name = "child", .start_ns = 2}));
  EXPECT_EQ(Spans("{ name = \"client\" } > { name = \"server\" } > { name = \"child\" }"), "1:2");
}

TEST_F(SearchTest, TraceIntrinsics) {
  Write(TraceBuilder()
            .Span({.trace = "0a", .id = "1", .service = "front", .name = "root", .duration_ns = 50})
            .Span({.trace = "0a",
                   .id = "2",
                   .parent = "1",
                   .service = "back",
                   .start_ns = 40,
                   .duration_ns = 60}));
  EXPECT_EQ(Spans("{ rootName = \"root\" && rootServiceName = \"front\" }"), "a:12");
  EXPECT_EQ(Spans("{ trace:rootService = \"front\" && resource.service.name = \"back\" }"), "a:2");
  EXPECT_EQ(Spans("{ traceDuration = 100ns && nestedSetParent < 0 }"), "a:1");
  EXPECT_EQ(Spans("{ trace:id = \"a\" }"), "a:12");
  EXPECT_EQ(Spans("{ trace:id = \"0000000000000000000000000000000A\" }"), "a:12");
  EXPECT_EQ(Spans("{ span:id = \"2\" }"), "a:2");
  EXPECT_EQ(Spans("{ span:parentID = \"1\" }"), "a:2");
  EXPECT_EQ(Spans("{ span:parentID = nil }"), "a:1");
}

TEST_F(SearchTest, ParentScopeReadsTheParent) {
  WriteTree();
  EXPECT_EQ(Spans("{ parent.n = 2 }"), "1:45");
  EXPECT_EQ(Spans("{ parent.name = \"n3\" }"), "1:6");
  EXPECT_EQ(Spans("{ parent.n != 1 }"), "1:456");
  EXPECT_EQ(Spans("{ (-(3 / 2) * .n - parent.n + .n) ^ 3 = -8 }"), "1:45");
}

TEST_F(SearchTest, EventsAndLinks) {
  Write(TraceBuilder()
            .Span({.trace = "1",
                   .start_ns = 100,
                   .events = {{.name = "start", .time_ns = 110},
                              {.name = "exception",
                               .time_ns = 150,
                               .attributes = {{"exception.type", A::Text("E")}}}}})
            .Span({.trace = "2", .start_ns = 50, .links = {{.trace = "abc", .span = "7"}}}));
  EXPECT_EQ(Spans("{ event:name = \"exception\" }"), "1:1");
  EXPECT_EQ(Spans("{ event:name != \"exception\" }"), "");
  EXPECT_EQ(Spans("{ event.exception.type = \"E\" }"), "1:1");
  EXPECT_EQ(Spans("{ event:timeSinceStart > 20ns }"), "1:1");
  EXPECT_EQ(Spans("{ event:timeSinceStart > 60ns }"), "");
  EXPECT_EQ(Spans("{ link:traceID = \"abc\" && link:spanID = \"7\" }"), "2:1");
}

TEST_F(SearchTest, InstrumentationScope) {
  Write(TraceBuilder().Span({.scope_name = "grpc", .scope_version = "v3"}));
  EXPECT_EQ(Spans("{ instrumentation:name = \"grpc\" && instrumentation:version = \"v3\" }"),
            "1:1");
  EXPECT_EQ(Spans("{ instrumentation:name != \"grpc\" }"), "");
}

TEST_F(SearchTest, CountCountsTheSpansOfTheSpanset) {
  WriteTree();
  EXPECT_EQ(Spans("{ .n > 3 } | count() = 3"), "1:456");
  EXPECT_EQ(Spans("{ .n > 3 } | count() > 3"), "");
  EXPECT_EQ(Spans("count() = 6"), "1:123456");
}

TEST_F(SearchTest, AggregatesSkipNilAndAverageIntsAsFloats) {
  WriteTree();
  Write(TraceBuilder().Span({.trace = "1", .id = "7", .parent = "1", .start_ns = 9}));
  EXPECT_EQ(Spans("{ .n > 4 } | avg(.n) = 5.5"), "1:56");
  EXPECT_EQ(Spans("{ } | max(.n) = 6 | { .n = 6 }"), "1:6");
  EXPECT_EQ(Spans("{ } | min(.n) = 1 | { .n = 1 }"), "1:1");
  EXPECT_EQ(Spans("{ .n < 4 } | sum(.n) = 6"), "1:123");
  EXPECT_EQ(Spans("{ span:id = \"7\" } | sum(.n) >= 0"), "");
  EXPECT_EQ(Spans("{ .n = 2 } | avg(duration) = 1us"), "1:2");
}

TEST_F(SearchTest, ScalarsOfPipelinesCompare) {
  WriteTree();
  EXPECT_EQ(Spans("({ .n < 3 } | count()) < ({ .n > 3 } | count())"), "1:12456");
  EXPECT_EQ(Spans("({ .n < 3 } | count()) > ({ .n > 3 } | count())"), "");
  EXPECT_EQ(Spans("{ .n > 4 } | count() + count() = 4"), "1:56");
  EXPECT_EQ(Spans("min(.n) < max(.n)"), "1:123456");
}

TEST_F(SearchTest, ByGroupsUntilCoalesce) {
  WriteTree();
  EXPECT_EQ(Spans("{ .n > 1 } | by(.n % 2)"), "1:246/35");
  EXPECT_EQ(Spans("{ .n > 1 } | by(.n % 2) | count() > 2"), "1:246");
  EXPECT_EQ(Spans("{ .n > 1 } | by(.n % 2) | coalesce()"), "1:23456");
  EXPECT_EQ(Spans("{ } | by(.n % 2) | { .n = 2 } > { .n = 5 }"), "");
  EXPECT_EQ(Spans("{ } | by(.n % 2) | coalesce() | { .n = 2 } > { .n = 5 }"), "1:5");
}

TEST_F(SearchTest, SelectOnlyAddsColumns) {
  WriteTree();
  const SearchResult result = Run("{ .n = 2 } | select(name, .n, nestedSetLeft, .missing)");
  ASSERT_EQ(result.traces.size(), 1U);
  const FoundSpan& span = result.traces[0].spansets[0].spans[0];
  EXPECT_EQ(span.name, "n2");
  ASSERT_EQ(span.attributes.size(), 2U);
  EXPECT_EQ(span.attributes[0].first, "n");
  EXPECT_EQ(span.attributes[1].first, "nestedSetLeft");
  EXPECT_EQ(span.attributes[1].second.scalar.integer, 2);
}

TEST_F(SearchTest, MostRecentTracesFirstAndExactlyTheLimit) {
  TraceBuilder b;
  for (int i = 0; i < 3000; ++i) {
    b.Span({.trace = std::to_string(i + 1),
            .id = "1",
            .start_ns = (i * 7919) % 3001,
            .attributes = {{"even", A::Bool(i % 2 == 0)}}});
  }
  Write(b);
  SearchOptions options;
  options.limit = 7;
  const SearchResult result = Run("{ .even }", options);
  std::vector<int64_t> expected;
  for (int i = 0; i < 3000; i += 2) {
    expected.push_back((i * 7919) % 3001);
  }
  std::sort(expected.rbegin(), expected.rend());
  ASSERT_EQ(result.traces.size(), 7U);
  for (size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(result.traces[i].start_ns, expected[i]);
  }
  EXPECT_LT(result.notes.traces_inspected, 100U);
}

TEST_F(SearchTest, OnlySpansInTheRangeMatchButTheTraceIsWhole) {
  WriteTree();
  SearchOptions options;
  options.range = {3, 5};
  const SearchResult result = Run("{ rootName = \"n1\" }", options);
  ASSERT_EQ(result.traces.size(), 1U);
  EXPECT_EQ(result.traces[0].start_ns, 0);
  EXPECT_EQ(result.traces[0].spansets[0].matched, 2U);
  EXPECT_EQ(result.traces[0].services.at("shop").spans, 6U);
}

TEST_F(SearchTest, MetricsQueriesAreNotSearched) {
  EXPECT_NE(Error("{} | rate()").find("query_range"), std::string::npos);
}

}  // namespace
}  // namespace sb::traceql
