// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/trace_filter.h"

#include <gtest/gtest.h>

#include "query/traceql/testing/trace_builder.h"
#include "store/interface/testing/memory_event_store.h"
#include "wire/otlp/envelope_reader.h"
#include "wire/otlp/span_reader.h"

namespace sb::traceql {
namespace {

class TraceFilterTest : public ::testing::Test {
 protected:
  //     1
  //   2   3
  //   4   5
  //   6
  TraceFilterTest() {
    TraceBuilder b;
    const std::pair<const char*, const char*> kTree[] = {{"1", ""},  {"2", "1"}, {"3", "1"},
                                                         {"4", "2"}, {"5", "3"}, {"6", "4"}};
    int64_t start = 0;
    for (const auto& [id, parent] : kTree) {
      b.Span({.trace = "a",
              .id = id,
              .parent = parent,
              .name = std::string("n") + id,
              .start_ns = ++start});
    }
    EXPECT_TRUE(b.WriteTo(&store_).ok());
  }

  // Ids of the spans that are left, and "*" if there are fewer than there were.
  std::string Left(const TraceFilter& filter) {
    const auto part = FetchPart(store_, context_, TraceIdBytes("a"), filter);
    EXPECT_TRUE(part.ok()) << part.status().ToString();
    std::string ids;
    wire::EnvelopeReader in(part->trace);
    wire::OtlpSpan span;
    std::string_view item;
    while (in.NextResource()) {
      while (in.NextScope()) {
        while (in.NextItem(&item)) {
          EXPECT_TRUE(wire::ReadSpan(item, &span).ok());
          ids.push_back(static_cast<char>('0' + span.span_id.back()));
        }
      }
    }
    return ids + (part->is_partial ? "*" : "");
  }

  store::MemoryEventStore store_;
  store::PatientContext context_;
};

TEST_F(TraceFilterTest, OnlyWhatMatchesIsLeft) {
  EXPECT_EQ(Left({.query = "{ name = `n2` || name = `n5` }"}), "25*");
  EXPECT_EQ(Left({.query = "{ true }"}), "123456");
  EXPECT_EQ(Left({.query = "{ name = `none` }"}), "*");
}

TEST_F(TraceFilterTest, AncestorsKeepItTogether) {
  EXPECT_EQ(Left({.query = "{ name = `n6` }", .keep_hierarchy = true}), "1246*");
  EXPECT_EQ(Left({.query = "{ name = `n6` }", .keep_hierarchy = true, .ancestor_depth = 1}), "46*");
  EXPECT_EQ(Left({.query = "{ name = `n6` }", .keep_hierarchy = false, .ancestor_depth = 1}), "6*");
}

TEST_F(TraceFilterTest, DescendantsAreKeptToTheirDepth) {
  EXPECT_EQ(Left({.query = "{ name = `n2` }", .match_depth = 1}), "24*");
  EXPECT_EQ(Left({.query = "{ name = `n2` }", .match_depth = -1}), "246*");
  EXPECT_EQ(Left({.query = "{ name = `n1` }", .match_depth = -1}), "123456");
}

TEST_F(TraceFilterTest, AnythingButOneFilterIsRefused) {
  for (const char* query : {"{ } >> { }", "{ } | count() > 1", "{ } | rate()", "{ name = }"}) {
    EXPECT_EQ(FetchPart(store_, context_, TraceIdBytes("a"), {.query = query}).status().code(),
              base::StatusCode::kInvalidArgument)
        << query;
  }
}

}  // namespace
}  // namespace sb::traceql
