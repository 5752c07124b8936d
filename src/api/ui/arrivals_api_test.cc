// SPDX-License-Identifier: Apache-2.0
#include "api/ui/arrivals_api.h"

#include <gtest/gtest.h>

#include "api/http/testing/recording_writer.h"
#include "base/testing/simulated_env.h"

namespace sb::api {
namespace {

TEST(ArrivalsApiTest, NamesWhoSentWhatButNotItself) {
  base::SimulatedClock clock;
  clock.Set(base::TimestampMs(1435781490500));
  ingest::Arrivals arrivals(&clock);
  arrivals.Count(ingest::ArrivalSignal::kMetrics, "OTLP", "checkout", 312);
  arrivals.Count(ingest::ArrivalSignal::kMetrics, "scrape", "signalbox", 9);
  net::Router router;
  AddArrivalsRoute(1435781430000, arrivals, &router);
  const net::HttpResponse reply = Serve(router, MakeRequest("GET", "/api/signalbox/v1/arrivals"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body,
            R"({"startTime":"2015-07-01T20:10:30.000Z","arrivals":[{"signal":"metrics",)"
            R"("way":"OTLP","source":"checkout","items":312,)"
            R"("firstSeen":"2015-07-01T20:11:30.500Z","lastSeen":"2015-07-01T20:11:30.500Z"}]})");
}

}  // namespace
}  // namespace sb::api
