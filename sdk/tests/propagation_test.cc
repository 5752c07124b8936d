// SPDX-License-Identifier: Apache-2.0
#include "signalbox/propagation.h"

#include <gtest/gtest.h>

#include <map>

namespace signalbox {
namespace {

using Headers = std::map<std::string, std::string, std::less<>>;
constexpr const char* kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr const char* kSpan = "00f067aa0ba902b7";

Context Read(const Headers& headers, const std::vector<Propagator>& with) {
  return Extract(with, [&](std::string_view name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  });
}

Headers Written(const Context& context, const std::vector<Propagator>& with) {
  Headers headers;
  Inject(context, with, [&](std::string_view name, std::string_view value) {
    headers[std::string(name)] = value;
  });
  return headers;
}

TEST(PropagationTest, EveryFormatRoundTrips) {
  const std::vector<Propagator> trace_context = {Propagator::kTraceContext, Propagator::kBaggage};
  Headers first = {{"traceparent", std::string("00-") + kTrace + "-" + kSpan + "-01"},
                   {"tracestate", "a=b"},
                   {"baggage", "cuj.name=check%20out;prop=1, cuj.critical=true"}};
  const Context context = Read(first, trace_context);
  EXPECT_EQ(context.span.trace_id.Hex(), kTrace);
  EXPECT_TRUE(context.span.is_sampled);
  EXPECT_TRUE(context.span.is_remote);
  EXPECT_EQ(context.BaggageValue("cuj.name"), "check out");
  for (const Propagator propagator :
       {Propagator::kTraceContext, Propagator::kB3, Propagator::kB3Multi, Propagator::kJaeger}) {
    const Context again = Read(Written(context, {propagator}), {propagator});
    EXPECT_EQ(again.span.trace_id, context.span.trace_id);
    EXPECT_EQ(again.span.span_id, context.span.span_id);
    EXPECT_TRUE(again.span.is_sampled);
  }
  EXPECT_EQ(Written(context, trace_context).at("baggage"),
            "cuj.name=check%20out,cuj.critical=true");
}

TEST(PropagationTest, WhatCannotBeReadIsAbsent) {
  const std::vector<Propagator> all = {Propagator::kTraceContext, Propagator::kB3,
                                       Propagator::kJaeger, Propagator::kBaggage};
  for (const std::string bad : {"", "00", "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-x",
                                "00-4bf92f3577b34da6a3ce929d0e0e47zz-00f067aa0ba902b7-01"}) {
    EXPECT_FALSE(Read({{"traceparent", bad}}, all).span.IsValid()) << bad;
  }
  EXPECT_FALSE(Read({{"b3", "0"}, {"uber-trace-id", "a:b"}}, all).span.IsValid());
  EXPECT_EQ(Read({{"baggage", "=x,,y, z=%4"}}, all).BaggageValue("z"), "%4");
  EXPECT_EQ(Read({{"baggage", std::string(9000, 'a') + "=b"}}, all).baggage, nullptr);
}

TEST(PropagationTest, ALaterVersionOfTraceparentMayBeLonger) {
  const Context context =
      Read({{"traceparent", std::string("01-") + kTrace + "-" + kSpan + "-01-more"}},
           {Propagator::kTraceContext});
  EXPECT_TRUE(context.span.IsValid());
}

TEST(PropagationTest, ShortIdsOfOldTracersArePadded) {
  const Context context = Read({{"uber-trace-id", "abc:def:0:1"}}, {Propagator::kJaeger});
  EXPECT_EQ(context.span.trace_id.Hex(), "00000000000000000000000000000abc");
  EXPECT_EQ(context.span.span_id.Hex(), "0000000000000def");
}

TEST(PropagationTest, TheFirstFormatFoundWins) {
  const Context context =
      Read({{"b3", "1-2-1"}, {"traceparent", std::string("00-") + kTrace + "-" + kSpan + "-00"}},
           {Propagator::kB3, Propagator::kTraceContext});
  EXPECT_EQ(context.span.span_id.Hex(), "0000000000000002");
}

}  // namespace
}  // namespace signalbox
