// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/tail_sampler.h"

#include <gtest/gtest.h>

#include <set>

#include "base/testing/simulated_env.h"
#include "config/yaml_reader.h"
#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

class KeepingSink final : public SpanSink {
 public:
  SpanWriteResult Write(std::string_view request) override {
    TraceRecord record;
    EXPECT_TRUE(ReadTraceRecord(request, &record).ok());
    if (!status.ok()) {
      return {status, 0, 0, ""};
    }
    for (const ResourceRecord& resource : record.resources) {
      for (const ScopeRecord& scope : resource.scopes) {
        for (const SpanRecord& span : scope.spans) {
          names.insert(FindIn(resource.attributes, "service.name")->Text() + "/" + span.name);
        }
      }
    }
    return {};
  }
  base::Status status;
  std::multiset<std::string> names;
};

class TailSamplerTest : public ::testing::Test {
 protected:
  void Start(const std::string& yaml, size_t traces_max = 1000) {
    TailSamplingConfig config;
    const auto root = config::ParseYaml(yaml, "t.yaml");
    ASSERT_TRUE(root.ok());
    config::ErrorList errors("t.yaml");
    OptionsOf(&config).Read(**root, &config, errors);
    ASSERT_TRUE(errors.empty()) << errors.ToStatus().ToString();
    auto policies = MakeTailPolicies(config);
    ASSERT_TRUE(policies.ok()) << policies.status().ToString();
    sampler_ = std::make_unique<TailSampler>(
        TailSampler::Options{config.decision_wait.Ms(), traces_max, 100}, *std::move(policies),
        &sink_, &env_.clock(), &losses_);
  }
  void Send(char trace, const std::string& name, bool error = false, uint64_t ms = 1,
            const std::string& service = "shop") {
    std::string request;
    wire::TraceWriter out(&request);
    out.BeginResource();
    out.Text("service.name", service);
    out.BeginScope("", "");
    out.BeginSpan();
    out.Ids(std::string(16, trace), std::string(8, name[0]), "");
    out.NameKindTimes(name, wire::OtlpSpanKind::kServer, 1'000'000, 1'000'000 * (ms + 1));
    out.Status(error ? wire::OtlpStatusCode::kError : wire::OtlpStatusCode::kUnset, "");
    out.Text("name", name);
    out.EndSpan();
    out.EndScope();
    out.EndResource();
    EXPECT_TRUE(sampler_->Write(request).status.ok());
  }
  void Wait(int64_t seconds) {
    env_.manual_clock().Advance(base::Seconds(seconds));
    sampler_->Tick();
  }

  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  KeepingSink sink_;
  std::unique_ptr<TailSampler> sampler_;
};

TEST_F(TailSamplerTest, ATraceIsKeptAsAWholeOrNotAtAll) {
  Start(
      "decision_wait: 10s\npolicies: [{name: errors, type: status_code, status_code: "
      "{status_codes: [ERROR]}}, {name: slow, type: latency, latency: {threshold_ms: 500}}]");
  Send('a', "first");
  Send('b', "other");
  Send('c', "slow", false, 900);
  Wait(5);
  Send('a', "second", true, 1, "payments");
  Wait(4);
  EXPECT_TRUE(sink_.names.empty());
  Wait(2);
  EXPECT_EQ(sink_.names,
            (std::multiset<std::string>{"shop/first", "payments/second", "shop/slow"}));
  EXPECT_EQ(losses_.Get(LossReason::kSpanSampledOut), 1U);
  Send('a', "late");
  Send('b', "late");
  EXPECT_EQ(sink_.names.count("shop/late"), 1U);
  EXPECT_EQ(losses_.Get(LossReason::kSpanSampledOut), 2U);
  EXPECT_EQ(sampler_->waiting_count(), 0U);
}

TEST_F(TailSamplerTest, DropWinsAndSubPoliciesAllHaveToHold) {
  Start(R"(
decision_wait: 1s
policies:
  - {name: all, type: always_sample}
  - name: health
    type: drop
    drop:
      drop_sub_policy:
        - {name: n, type: string_attribute, string_attribute: {key: name, values: ['^health'], enabled_regex_matching: true}}
        - {name: ok, type: not, not: {not_sub_policy: {name: e, type: status_code, status_code: {status_codes: [ERROR]}}}}
)");
  Send('a', "health");
  Send('b', "health", true);
  Send('c', "cart");
  Wait(2);
  EXPECT_EQ(sink_.names, (std::multiset<std::string>{"shop/cart", "shop/health"}));
}

TEST_F(TailSamplerTest, BeyondTheLimitTheOldestIsDecidedEarly) {
  Start("decision_wait: 1h\npolicies: [{name: all, type: always_sample}]", 2);
  for (const char trace : {'a', 'b', 'c', 'd'}) {
    Send(trace, "x");
  }
  sampler_->Tick();
  EXPECT_EQ(sampler_->waiting_count(), 2U);
  EXPECT_EQ(losses_.Get(LossReason::kSpanSamplingOverflow), 2U);
  EXPECT_EQ(sink_.names.size(), 2U);
}

TEST_F(TailSamplerTest, WhatTheStoreCannotTakeWaitsOnAndTheEndDecidesAll) {
  Start("decision_wait: 1s\npolicies: [{name: all, type: always_sample}]");
  Send('a', "x");
  sink_.status = base::Unavailable("full");
  Wait(2);
  EXPECT_EQ(sampler_->waiting_count(), 1U);
  sink_.status = base::OkStatus();
  sampler_->DecideAll();
  EXPECT_EQ(sink_.names.size(), 1U);
  EXPECT_EQ(sampler_->waiting_count(), 0U);
}

TEST_F(TailSamplerTest, OttlConditionsAndNumbersDecideToo) {
  Start(R"(
decision_wait: 1s
policies:
  - {name: o, type: ottl_condition, ottl_condition: {span: ['attributes["name"] == "cart"']}}
  - {name: c, type: span_count, span_count: {min_spans: 2}}
)");
  Send('a', "cart");
  Send('b', "one");
  Send('b', "two");
  Send('c', "gone");
  Wait(2);
  EXPECT_EQ(sink_.names, (std::multiset<std::string>{"shop/cart", "shop/one", "shop/two"}));
}

TEST_F(TailSamplerTest, UnknownPoliciesAreRefusedByName) {
  TailSamplingConfig config;
  config.policies.emplace_back();
  config.policies.back().name = "p";
  config.policies.back().type = "composite";
  EXPECT_EQ(MakeTailPolicies(config).status().message(), "policy p: unknown policy: composite");
}

}  // namespace
}  // namespace sb::ingest
