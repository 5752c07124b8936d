// SPDX-License-Identifier: Apache-2.0
#include "slo/slo_suggestions.h"

#include <gtest/gtest.h>

#include "alert/rules/memory_store.h"
#include "base/testing/simulated_env.h"
#include "config/yaml_reader.h"
#include "config/yaml_writer.h"

namespace sb::slo {
namespace {

constexpr int64_t kDayMs = 86'400'000;

class SloSuggestionsTest : public testing::Test {
 protected:
  using Labels = std::map<std::string, std::string>;

  // A counter that begins with zero and grows by `a_day` over the last `days` of 28.
  void Grow(const std::string& name, Labels labels, double a_day, int64_t days = 28) {
    labels["__name__"] = name;
    std::vector<model::Label> list;
    for (const auto& [label, value] : labels) {
      list.push_back({label, value});
    }
    const model::LabelSet set = model::LabelSet::FromLabels(std::move(list));
    for (int64_t at = (28 - days) * 24; at <= 28 * 24; at += 4) {
      model::Sample sample;
      sample.time_ms = at * kHourMs;
      sample.value = static_cast<double>(at - (28 - days) * 24) / 24 * a_day;
      ASSERT_TRUE(store_.Append(set, sample).ok());
    }
  }
  void Calls(const Labels& labels, double good_a_day, double bad_a_day, int64_t days = 28) {
    for (const auto& [status, count] :
         {std::pair("STATUS_CODE_UNSET", good_a_day), {"STATUS_CODE_ERROR", bad_a_day}}) {
      Labels all = labels;
      all["status_code"] = status;
      Grow("traces_spanmetrics_calls_total", all, count, days);
    }
  }
  void Buckets(const std::string& name, const Labels& labels,
               const std::vector<std::pair<std::string, double>>& bounds) {
    for (const auto& [le, a_day] : bounds) {
      Labels all = labels;
      all["le"] = le;
      Grow(name + "_bucket", all, a_day);
    }
  }
  static Labels Span(const std::string& service, const std::string& name,
                     const std::string& kind = "SPAN_KIND_SERVER") {
    return {{"service", service}, {"span_name", name}, {"span_kind", kind}};
  }
  std::vector<SloSubject> Suggest(const SuggestionOptions& options = {}) {
    env_.manual_clock().Set(base::TimestampMs(28 * kDayMs));
    const auto subjects = SuggestSlos({env_.clock(), store_, engine_}, objectives_, options);
    EXPECT_TRUE(subjects.ok()) << subjects.status().ToString();
    return subjects.ok() ? *subjects : std::vector<SloSubject>();
  }
  static base::Result<std::vector<Objective>> Compile(const SloOffer& offer) {
    const std::string text = config::WriteYaml(*config::Codec<NativeFile>::Write({{offer.spec}}));
    const auto node = config::ParseYaml(text, "offer");
    return node.ok() ? ReadNative(**node, "offer") : node.status();
  }

  base::SimulatedEnv env_{9};
  rules::MemoryStore store_;
  promql::Engine engine_{{}};
  std::vector<Objective> objectives_;
};

TEST_F(SloSuggestionsTest, OffersJourneysAndServicesWithTargetsThatHistoryKept) {
  Calls(Span("frontend", "cuj.check out", "SPAN_KIND_INTERNAL"), 9'990, 10);
  Calls(Span("frontend", "POST /pay"), 20'000, 0);
  Calls(Span("frontend", "SELECT", "SPAN_KIND_CLIENT"), 50'000, 50'000);  // no entry: not counted
  Buckets("traces_spanmetrics_latency", Span("frontend", "cuj.check out", "SPAN_KIND_INTERNAL"),
          {{"0.256", 5'000}, {"0.512", 9'800}, {"1.024", 10'000}, {"+Inf", 10'000}});
  const auto subjects = Suggest();
  ASSERT_EQ(subjects.size(), 2u);
  const SloSubject& journey = subjects[0];
  EXPECT_EQ(journey.kind, SubjectKind::kJourney);
  EXPECT_EQ(journey.journey, "check out");
  EXPECT_EQ(journey.service, "frontend");
  EXPECT_NEAR(journey.calls, 280'000, 1);
  EXPECT_NEAR(journey.availability.sli, 0.999, 1e-9);
  EXPECT_EQ(journey.availability.spec.objective, 99.5);  // 99.9 would be used up to the last error
  EXPECT_TRUE(journey.availability.kept);
  EXPECT_EQ(journey.availability.spec.name, "check-out-availability");
  ASSERT_TRUE(journey.latency.has_value());
  EXPECT_EQ(journey.latency->spec.sli.latency->threshold.Value(), 512);
  EXPECT_NEAR(journey.latency->sli, 0.98, 1e-9);
  EXPECT_EQ(journey.latency->spec.objective, 95);
  ASSERT_EQ(journey.bounds.size(), 3u);
  EXPECT_EQ(subjects[1].kind, SubjectKind::kService);
  EXPECT_EQ(subjects[1].availability.spec.objective, 99.99);
  EXPECT_FALSE(subjects[1].latency.has_value());
  for (const SloOffer& offer : {journey.availability, *journey.latency, subjects[1].availability}) {
    const auto compiled = Compile(offer);
    EXPECT_TRUE(compiled.ok()) << compiled.status().ToString();
  }
}

TEST_F(SloSuggestionsTest, AnAttributeOfSpansIsAJourneyToo) {
  Labels labels = Span("shop", "GET /cart");
  labels["cuj_name"] = "browse";
  Calls(labels, 1000, 0);
  labels["cuj_name"] = "pay";  // it has a span of its own
  Calls(labels, 1000, 0);
  Calls(Span("web", "cuj.pay", "SPAN_KIND_INTERNAL"), 10, 0);
  const auto subjects = Suggest();
  ASSERT_EQ(subjects.size(), 3u);
  EXPECT_EQ(subjects[1].service, "web");
  EXPECT_EQ(subjects[0].journey, "browse");
  EXPECT_EQ(subjects[0].availability.spec.sli.ratio->total,
            "traces_spanmetrics_calls_total{service=\"shop\",cuj_name=\"browse\",span_kind=~"
            "\"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER\"}");
}

TEST_F(SloSuggestionsTest, SaysWhichObjectiveIsThereAlready) {
  Calls(Span("frontend", "cuj.pay", "SPAN_KIND_INTERNAL"), 1000, 0);
  Calls(Span("frontend", "POST /pay"), 1000, 0);
  Objective known;
  known.id = "frontend-pay";
  known.service = "frontend";
  known.labels = {{"cuj_name", "pay"}};
  known.total_query = "sum(rate(x[5m]))";
  objectives_.push_back(known);
  const auto subjects = Suggest();
  ASSERT_EQ(subjects.size(), 2u);
  EXPECT_EQ(subjects[0].availability.covered, "frontend-pay");
  EXPECT_EQ(subjects[1].availability.covered, "");
}

TEST_F(SloSuggestionsTest, EndpointsOfOneService) {
  Calls(Span("a", "GET /x y"), 1000, 0, 3);
  Calls(Span("a", "GET /z"), 2000, 1000);
  Calls(Span("b", "GET /x"), 1000, 0);
  const auto subjects = Suggest({.service = "a"});
  ASSERT_EQ(subjects.size(), 2u);
  EXPECT_EQ(subjects[0].operation, "GET /z");
  EXPECT_FALSE(subjects[0].availability.kept);
  EXPECT_EQ(subjects[0].availability.spec.objective, 90);
  EXPECT_EQ(subjects[1].availability.spec.name, "get-x-y-availability");
  EXPECT_EQ(subjects[1].days, 3);
}

TEST_F(SloSuggestionsTest, FamiliesOfACollectorServeToo) {
  const Labels labels = {
      {"service_name", "cart"}, {"span_name", "Get"}, {"span_kind", "SPAN_KIND_SERVER"}};
  Labels good = labels;
  good["status_code"] = "STATUS_CODE_UNSET";
  Grow("techmart_calls_total", good, 1000);
  Buckets("techmart_duration_milliseconds", labels,
          {{"0.5", 10}, {"2", 500}, {"10", 1000}, {"+Inf", 1000}});
  const auto subjects = Suggest();
  ASSERT_EQ(subjects.size(), 1u);
  ASSERT_TRUE(subjects[0].latency.has_value());
  EXPECT_EQ(subjects[0].latency->spec.sli.latency->unit, "ms");
  EXPECT_EQ(subjects[0].bounds.size(), 2u);  // half a millisecond is no threshold
  EXPECT_EQ(Compile(*subjects[0].latency)->at(0).bucket,
            "techmart_duration_milliseconds_bucket{service_name=\"cart\",span_kind=~\"SPAN_KIND_"
            "SERVER|SPAN_KIND_CONSUMER\",le=~\"10|10\\\\.0\"}");
}

TEST(UsualTargetTest, LeavesRoomAndHoldsAHandfulOfErrors) {
  EXPECT_EQ(UsualTarget(0, 1e9), 99.99);
  EXPECT_EQ(UsualTarget(0, 1000), 99.5);  // 99.9 allows one error
  EXPECT_EQ(UsualTarget(0, 10), 90);
  EXPECT_EQ(UsualTarget(0.0008, 1e9), 99.5);
  EXPECT_EQ(UsualTarget(0.00074, 1e9), 99.9);
  EXPECT_EQ(UsualTarget(0.5, 1e9), 0);
}

}  // namespace
}  // namespace sb::slo
