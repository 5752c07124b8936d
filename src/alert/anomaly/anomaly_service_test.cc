// SPDX-License-Identifier: Apache-2.0
#include "alert/anomaly/anomaly_service.h"

#include <gtest/gtest.h>

#include <cmath>

#include "alert/anomaly/band_query.h"
#include "alert/rules/memory_store.h"
#include "base/testing/simulated_env.h"

namespace sb::anomaly {
namespace {

constexpr int64_t kMinuteMs = 60'000;

class AnomalyServiceTest : public testing::Test {
 protected:
  AnomalyServiceTest() {
    auto catalog = catalog::Catalog::OpenInMemory(env_);
    EXPECT_TRUE(catalog.ok());
    catalog_ = *std::move(catalog);
    service_ = NewService(store_);
  }
  std::unique_ptr<AnomalyService> NewService(rules::MemoryStore& store) {
    return std::make_unique<AnomalyService>(
        AnomalyService::Parts{env_, store, store, engine_, *catalog_});
  }
  static AnomalySpec Spec(const std::string& query = "load") {
    AnomalySpec spec;
    spec.name = "shop";
    spec.type = "resource";
    spec.query = query;
    return spec;
  }
  // By day twice what is by night.
  static double Load(int64_t time_ms) { return time_ms / kHourMs % 24 < 12 ? 10 : 20; }
  void Record(int64_t from_hour, int64_t to_hour, const char* host = "a") {
    for (int64_t at = from_hour * kHourMs; at < to_hour * kHourMs; at += kMinuteMs) {
      Append(store_, at, Load(at) + static_cast<double>(at / kMinuteMs % 3), host);
    }
  }
  void Append(rules::MemoryStore& store, int64_t time_ms, double value, const char* host = "a") {
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.value = value;
    ASSERT_TRUE(
        store.Append(model::LabelSet::FromPairs({{"__name__", "load"}, {"host", host}}), sample)
            .ok());
  }
  void RunAt(AnomalyService& service, int64_t time_ms) {
    env_.manual_clock().Set(base::TimestampMs(time_ms));
    service.Run();
  }
  AnomalyStatus StatusOf(const AnomalyService& service) {
    const auto all = service.Statuses();
    EXPECT_EQ(all.size(), 1u);
    return all.at(0);
  }
  // The last sample of a series the service wrote; NaN: none or a stale marker.
  double Written(const rules::MemoryStore& store, const char* name) {
    for (const auto& entry : store.entries()) {
      if (entry->labels.metric_name() == name) {
        return entry->columns.values.back();
      }
    }
    return NAN;
  }

  base::SimulatedEnv env_{7};
  rules::MemoryStore store_;
  promql::Engine engine_{{}};
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<AnomalyService> service_;
};

TEST_F(AnomalyServiceTest, LearnsFromStoredDataAndWritesBands) {
  Record(0, 24 * 15);
  service_->Configure({Spec()});
  const int64_t now = (24 * 15 - 6) * kHourMs;  // by night
  RunAt(*service_, now);
  const AnomalyStatus status = StatusOf(*service_);
  EXPECT_EQ(status.error, "");
  ASSERT_EQ(status.series.size(), 1u);
  ASSERT_TRUE(status.series[0].band.has_value());
  EXPECT_NEAR(status.series[0].band->mid, 21, 0.5);
  EXPECT_NEAR(Written(store_, "anomaly:mid"), 21, 0.5);
  EXPECT_GT(Written(store_, "anomaly:upper_band"), 21.5);
  EXPECT_LT(Written(store_, "anomaly:lower_band"), 20.5);
  EXPECT_EQ(Written(store_, "anomaly:level"), 20);
  EXPECT_LT(std::abs(Written(store_, "anomaly:zscore")), 3);
  for (const auto& entry : store_.entries()) {
    if (entry->labels.metric_name() == "anomaly:level") {
      EXPECT_EQ(entry->labels.ToString(),
                R"(anomaly:level{anomaly_name="shop", anomaly_strategy="seasonal", )"
                R"(anomaly_type="resource", host="a"})");
    }
  }
}

TEST_F(AnomalyServiceTest, AJobIsEvaluatedOncePerSlot) {
  Record(0, 48);
  service_->Configure({Spec()});
  RunAt(*service_, 47 * kHourMs);
  RunAt(*service_, 47 * kHourMs + 30'000);
  RunAt(*service_, 47 * kHourMs + 60'000);
  for (const auto& entry : store_.entries()) {
    if (entry->labels.metric_name() == "anomaly:level") {
      EXPECT_EQ(entry->columns.size(), 2u);
    }
  }
}

TEST_F(AnomalyServiceTest, WhatItKnowsOutlivesRestartAndMetrics) {
  Record(0, 24 * 8);
  service_->Configure({Spec()});
  RunAt(*service_, (24 * 8 - 1) * kHourMs);
  const int64_t hours = StatusOf(*service_).series.at(0).hours;
  EXPECT_GT(hours, 24 * 7);
  rules::MemoryStore forgetful;  // retention removed all but now
  Append(forgetful, 24 * 8 * kHourMs, 12);
  const auto again = NewService(forgetful);
  again->Configure({Spec()});
  RunAt(*again, 24 * 8 * kHourMs);
  const AnomalyStatus status = StatusOf(*again);
  EXPECT_EQ(status.error, "");
  ASSERT_EQ(status.series.size(), 1u);
  EXPECT_GE(status.series[0].hours, hours);
  EXPECT_TRUE(status.series[0].band.has_value());
  EXPECT_FALSE(std::isnan(Written(forgetful, "anomaly:upper_band")));
}

TEST_F(AnomalyServiceTest, AnotherQueryBeginsAnew) {
  Record(0, 48);
  service_->Configure({Spec()});
  RunAt(*service_, 47 * kHourMs);
  service_->Configure({Spec("load{host=\"nobody\"}")});
  RunAt(*service_, 47 * kHourMs + 60'000);
  EXPECT_TRUE(StatusOf(*service_).series.empty());
  EXPECT_TRUE(model::IsStaleNan(Written(store_, "anomaly:level")));
}

TEST_F(AnomalyServiceTest, SeriesThatVanishEnd) {
  Record(0, 30);
  service_->Configure({Spec()});
  RunAt(*service_, 30 * kHourMs - kMinuteMs);
  EXPECT_FALSE(std::isnan(Written(store_, "anomaly:upper_band")));
  RunAt(*service_, 31 * kHourMs);
  EXPECT_TRUE(model::IsStaleNan(Written(store_, "anomaly:level")));
  EXPECT_TRUE(model::IsStaleNan(Written(store_, "anomaly:upper_band")));
}

TEST_F(AnomalyServiceTest, SeriesAreBoundedAndErrorsAreSaid) {
  Record(0, 2, "a");
  Record(0, 2, "b");
  AnomalySpec spec = Spec();
  spec.series_max = 1;
  service_->Configure({spec});
  RunAt(*service_, 2 * kHourMs - kMinuteMs);
  EXPECT_EQ(StatusOf(*service_).series.size(), 1u);
  EXPECT_EQ(StatusOf(*service_).refused, 1u);
  service_->Configure({Spec("vector(1) + on() load")});
  RunAt(*service_, 2 * kHourMs);
  EXPECT_NE(StatusOf(*service_).error, "");
}

TEST_F(AnomalyServiceTest, BandsOfAnyQuery) {
  Record(0, 24 * 4);
  const auto bands = QueryBands(env_.clock(), store_, engine_,
                                {"load", 72 * kHourMs, 95 * kHourMs, kHourMs, SeasonalOptions{}});
  ASSERT_TRUE(bands.ok()) << bands.status().ToString();
  ASSERT_EQ(bands->size(), 1u);
  EXPECT_EQ(bands->at(0).points.size(), 24u);
  EXPECT_NEAR(bands->at(0).points[6].second.mid, 11, 0.6);
  EXPECT_NEAR(bands->at(0).points[18].second.mid, 21, 0.6);
  EXPECT_FALSE(
      QueryBands(env_.clock(), store_, engine_, {"1", 0, kHourMs, kHourMs, SeasonalOptions{}})
          .ok());
  EXPECT_FALSE(
      QueryBands(env_.clock(), store_, engine_, {"load", 5, 4, kHourMs, SeasonalOptions{}}).ok());
  EXPECT_FALSE(QueryBands(env_.clock(), store_, engine_,
                          {"load", 0, 100 * kHourMs, 1'000, SeasonalOptions{}})
                   .ok());
}

}  // namespace
}  // namespace sb::anomaly
