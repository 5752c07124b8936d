// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_service.h"

#include <gtest/gtest.h>

#include "alert/rules/memory_store.h"
#include "base/testing/simulated_env.h"
#include "config/yaml_reader.h"
#include "slo/native_spec.h"
#include "slo/openslo_spec.h"
#include "slo/slo_report.h"

namespace sb::slo {
namespace {

constexpr const char* kRatio = R"(slos:
- name: availability
  service: shop
  objective: 99
  window: 7d
  sli:
    ratio: {errors: 'requests_total{code="500"}', total: requests_total}
)";

class SloServiceTest : public testing::Test {
 protected:
  SloServiceTest() {
    auto catalog = catalog::Catalog::OpenInMemory(env_);
    EXPECT_TRUE(catalog.ok());
    catalog_ = *std::move(catalog);
    service_ = std::make_unique<SloService>(SloService::Parts{env_, store_, engine_, *catalog_});
  }

  // Counters that grow by `good` and `bad` a minute from hour `from` to hour `to`.
  void Count(int64_t from, int64_t to, double good, double bad) {
    for (int64_t minute = from * 60; minute < to * 60; ++minute) {
      good_ += good;
      bad_ += bad;
      Append("200", minute * 60'000, good_);
      Append("500", minute * 60'000, bad_);
    }
  }
  void Append(const char* code, int64_t time_ms, double value) {
    model::Sample sample;
    sample.time_ms = time_ms;
    sample.value = value;
    ASSERT_TRUE(
        store_
            .Append(model::LabelSet::FromPairs({{"__name__", "requests_total"}, {"code", code}}),
                    sample)
            .ok());
  }
  void SetHour(double hour) {
    env_.manual_clock().Set(base::TimestampMs(static_cast<int64_t>(hour * kHourMs)));
  }
  SloStatus StatusOf() {
    const auto all = service_->Statuses();
    EXPECT_EQ(all.size(), 1u);
    EXPECT_EQ(all.at(0).error, "");
    return all.at(0);
  }

  base::SimulatedEnv env_{11};
  rules::MemoryStore store_;
  promql::Engine engine_{{}};
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<SloService> service_;
  double good_ = 0, bad_ = 0;
};

TEST_F(SloServiceTest, BudgetIsExactOverHoursAndTheRunningOne) {
  Count(0, 200, 99, 1);  // exactly 1 % errors: the budget is used up to the last event
  SetHour(199.5);
  ASSERT_TRUE(service_->Put("native", "shop-availability", kRatio).ok());
  service_->Refresh();
  const SloStatus status = StatusOf();
  ASSERT_EQ(status.groups.size(), 1u);
  EXPECT_NEAR(status.groups[0].events.total, 7 * 24 * 6000 + 3000, 100);
  EXPECT_NEAR(status.groups[0].events.errors / status.groups[0].events.total, 0.01, 1e-12);
  EXPECT_NEAR(status.groups[0].budget.remaining, 0, 1e-9);
}

TEST_F(SloServiceTest, WholeHoursCountEveryEventOnce) {
  Count(0, 10, 7, 1);
  SetHour(10.1);
  ASSERT_TRUE(service_->Put("native", "shop-availability", kRatio).ok());
  service_->Refresh();
  const auto lines = service_->Report(1 * kHourMs, 9 * kHourMs);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_DOUBLE_EQ(lines[0].events.total, 8 * 60 * 8);
  EXPECT_DOUBLE_EQ(lines[0].events.errors, 8 * 60);
}

TEST_F(SloServiceTest, HistoryOutlivesTheMetrics) {
  Count(0, 10, 9, 1);
  SetHour(10.1);
  ASSERT_TRUE(service_->Put("native", "shop-availability", kRatio).ok());
  service_->Refresh();
  const double errors = StatusOf().groups.at(0).events.errors;
  rules::MemoryStore empty;
  SloService again({env_, empty, engine_, *catalog_});
  ASSERT_TRUE(again.LoadStored().ok());
  again.Refresh();
  const auto statuses = again.Statuses();
  ASSERT_EQ(statuses.size(), 1u);
  ASSERT_EQ(statuses[0].groups.size(), 1u);
  EXPECT_NEAR(statuses[0].groups[0].events.errors, errors, 61);  // but for the running hour
}

TEST_F(SloServiceTest, FindsWhatBurntTheBudget) {
  Count(0, 50, 100, 0);
  Count(50, 52, 50, 50);
  Count(52, 60, 100, 0);
  SetHour(60.2);
  ASSERT_TRUE(service_->Put("native", "shop-availability", kRatio).ok());
  service_->Refresh();
  const auto detail = service_->Detail("shop-availability", {});
  ASSERT_TRUE(detail.ok());
  ASSERT_EQ(detail->events.size(), 1u);
  EXPECT_EQ(detail->events[0].start_ms, 50 * kHourMs);
  EXPECT_EQ(detail->events[0].end_ms, 52 * kHourMs);
  EXPECT_NEAR(detail->events[0].peak_burn_rate, 50, 0.5);
  EXPECT_NEAR(detail->burn_down.back().remaining, detail->status.groups[0].budget.remaining, 1e-9);
}

TEST_F(SloServiceTest, NoErrorsYetIsAFullBudget) {
  for (int64_t minute = 0; minute < 300; ++minute) {
    Append("200", minute * 60'000, static_cast<double>(minute));
  }
  SetHour(4.9);
  ASSERT_TRUE(service_->Put("native", "shop-availability", kRatio).ok());
  service_->Refresh();
  EXPECT_EQ(StatusOf().groups.at(0).budget.remaining, 1);
}

TEST_F(SloServiceTest, GrafanaBodyComesBackAsItWasSent) {
  const std::string body =
      R"j({"uuid":"","name":"a","description":"d","query":{"type":"freeform","freeform":{"query":)j"
      R"j("sum(rate(x[$__rate_interval]))"}},"objectives":[{"value":0.995,"window":"30d"}]})j";
  ASSERT_TRUE(service_->Put("grafana", "u1", body).ok());
  EXPECT_EQ(*service_->Body("grafana", "u1"), body);
  EXPECT_EQ(service_->Objectives().at(0).total_query, "sum(rate(x[{{.window}}]))");
  EXPECT_EQ(service_->Rules().at(0).groups.size(), 2u);  // no alerting was asked for
  EXPECT_FALSE(service_->Put("grafana", "u2", R"({"name":"b"})").ok());
  ASSERT_TRUE(service_->Delete("grafana", "u1").ok());
  EXPECT_TRUE(service_->Objectives().empty());
}

TEST_F(SloServiceTest, HistoryTextReadsBack) {
  BudgetHistory history;
  const auto group = model::LabelSet::FromPairs({{"a", "x\"y"}});
  history.Set(group, 5, {1.5, 0.25});
  history.Set({}, 6, {2, 0});
  const auto again = BudgetHistory::Load(history.Save());
  ASSERT_TRUE(again.ok()) << again.status().ToString();
  EXPECT_EQ(again->Save(), history.Save());
  EXPECT_EQ(again->Sum(group, 0, 10).total, 1.5);
  EXPECT_FALSE(BudgetHistory::Load("nonsense").ok());
  EXPECT_FALSE(BudgetHistory::Load("signalbox slo hours 1\n5 x\n").ok());
}

TEST(PeriodStartTest, CalendarPeriodsBeginInUtc) {
  const int64_t day = 86'400'000;
  const int64_t now = 1'792'000'000'000;  // Wednesday, 2026-10-14
  EXPECT_EQ(PeriodStart({base::Hours(720), ""}, now), now - 30 * day);
  EXPECT_EQ(PeriodStart({base::Hours(24), "day"}, now), now / day * day);
  EXPECT_EQ(PeriodStart({base::Hours(720), "month"}, now), 1'790'812'800'000);
  EXPECT_EQ(PeriodStart({base::Hours(720), "quarter"}, now), 1'790'812'800'000);
  EXPECT_EQ(PeriodStart({base::Hours(8760), "year"}, now), 1'767'225'600'000);
  EXPECT_EQ((PeriodStart({base::Hours(168), "week"}, now) / day + 3) % 7, 0);  // a Monday
}

TEST(SloReportTest, CsvAndPdf) {
  ReportLine line;
  line.objective.service = "a,b";
  line.objective.name = "=x";
  line.objective.percent = 99.9;
  line.events = {1000, 2};
  line.budget = BudgetOf(998, 1000, 0.999);
  const std::string csv = ReportCsv({line});
  EXPECT_NE(csv.find("\"a,b\",'=x,,99.9,99.800000,no,1000,2,-100.0000,0.00\n"), std::string::npos)
      << csv;
  const std::string pdf = ReportPdf({line}, 0, 86'400'000);
  EXPECT_TRUE(pdf.starts_with("%PDF-1.4\n"));
  EXPECT_NE(pdf.find("Service level report 1970-01-01 to 1970-01-01"), std::string::npos);
  EXPECT_TRUE(pdf.ends_with("%%EOF\n"));
}

TEST(SloReportTest, CutsNothingOffAndRoundsCounts) {
  ReportLine line;
  line.objective.service = "shop";
  line.objective.name = "availability";
  line.objective.percent = 99;
  line.labels = model::LabelSet::FromPairs(
      {{"region", "eu-central-1-with-a-very-long-name"}, {"tenant", std::string(60, 'x')}});
  line.events = {17999.999999997, 0.3333333};
  const std::string csv = ReportCsv({line});
  EXPECT_NE(csv.find(",18000,0.33,"), std::string::npos) << csv;
  std::string shown;
  const std::string pdf = ReportPdf(std::vector<ReportLine>(40, line), 0, 86'400'000);
  for (size_t at = pdf.find(" Tj"); at != std::string::npos; at = pdf.find(" Tj", at + 1)) {
    const size_t begin = pdf.rfind("Td (", at) + 4;
    shown += pdf.substr(begin, at - 1 - begin);
  }
  size_t whole = 0;
  const std::string text = "availability " + line.labels.ToString();
  for (size_t at = shown.find("availability "); at != std::string::npos;
       at = shown.find("availability ", at + 1)) {
    whole += shown.compare(at, text.size(), text) == 0 ? 1 : 0;
  }
  EXPECT_EQ(whole, 40u) << shown.substr(0, 600);
  EXPECT_EQ(pdf.find("/Count 1 "), std::string::npos) << "40 tall rows on one page";
}

}  // namespace
}  // namespace sb::slo
