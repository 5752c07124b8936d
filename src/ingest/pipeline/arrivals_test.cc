// SPDX-License-Identifier: Apache-2.0
#include "ingest/pipeline/arrivals.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "ingest/pipeline/counting_writer.h"
#include "store/interface/event_batch.h"

namespace sb::ingest {
namespace {

class Answering final : public store::EventWriter {
 public:
  base::Status Write(store::EventBatch) override { return answer; }
  base::Status answer = base::OkStatus();
};

TEST(ArrivalsTest, CountsEachSourceWithItsFirstAndLastTime) {
  base::SimulatedClock clock;
  clock.Set(base::TimestampMs(1000));
  Arrivals arrivals(&clock);
  arrivals.Count(ArrivalSignal::kMetrics, "OTLP", "checkout", 300);
  clock.Advance(base::DurationMs(500));
  arrivals.Count(ArrivalSignal::kMetrics, "OTLP", "checkout", 12);
  arrivals.Count(ArrivalSignal::kLogs, "", "checkout", 0);
  const std::vector<Arrival> seen = arrivals.Snapshot();
  ASSERT_EQ(seen.size(), 1);
  EXPECT_EQ(seen[0].items, 312);
  EXPECT_EQ(seen[0].first_ms, 1000);
  EXPECT_EQ(seen[0].last_ms, 1500);
}

TEST(ArrivalsTest, BeyondTheLimitSourcesAreCountedTogether) {
  base::SimulatedClock clock;
  clock.Set(base::TimestampMs(1000));
  Arrivals arrivals(&clock);
  for (size_t i = 0; i < Arrivals::kSourcesMax + 10; ++i) {
    arrivals.Count(ArrivalSignal::kTraces, "", std::to_string(i), 1);
  }
  uint64_t others = 0;
  for (const Arrival& one : arrivals.Snapshot()) {
    others += one.source == Arrivals::kOthers ? one.items : 0;
  }
  EXPECT_EQ(others, 10);
  EXPECT_EQ(arrivals.Snapshot().size(), Arrivals::kSourcesMax + 1);
}

TEST(ArrivalsTest, TheWriterCountsOnlyWhatWasStored) {
  base::SimulatedClock clock;
  clock.Set(base::TimestampMs(1000));
  Arrivals arrivals(&clock);
  Answering store;
  CountingWriter writer(&store, ArrivalSignal::kLogs, "service_name", &arrivals);
  const auto batch = [] {
    store::EventStreamBuilder builder;
    builder.Add("service_name", store::EventValue::Text("shop"));
    store::EventBatch made;
    const uint32_t stream = made.AddStream(builder.Build());
    made.AddRow(stream, 1);
    made.AddRow(stream, 2);
    return made;
  };
  ASSERT_TRUE(writer.Write(batch()).ok());
  store.answer = base::ResourceExhausted("full");
  EXPECT_FALSE(writer.Write(batch()).ok());
  ASSERT_EQ(arrivals.Snapshot().size(), 1);
  EXPECT_EQ(arrivals.Snapshot()[0].source, "shop");
  EXPECT_EQ(arrivals.Snapshot()[0].items, 2);
}

}  // namespace
}  // namespace sb::ingest
