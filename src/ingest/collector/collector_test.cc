// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/testing/simulated_env.h"
#include "ingest/collector/collector_plan.h"
#include "ingest/pipeline/testing/fake_store.h"
#include "ingest/processors/trace_record.h"
#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

class KeepingSink final : public SpanSink {
 public:
  SpanWriteResult Write(std::string_view request) override {
    EXPECT_TRUE(ReadTraceRecord(request, &record).ok());
    spans += record.SpanCount();
    return {};
  }
  TraceRecord record;
  size_t spans = 0;
};

class CollectorTest : public ::testing::Test {
 protected:
  base::Status Load(const std::string& yaml) {
    auto file = ParseCollectorFile(yaml, "c.yaml", [](const std::string& name) {
      return name == "ZONE" ? std::optional<std::string>("eu") : std::nullopt;
    });
    SB_RETURN_IF_ERROR(file.status());
    auto plan = CollectorPlan::Create(*file, &sink_, &env_.clock(), &losses_);
    SB_RETURN_IF_ERROR(plan.status());
    plan_ = *std::move(plan);
    return base::OkStatus();
  }
  void Send(const std::string& name = "GET /cart") {
    std::string request;
    wire::TraceWriter out(&request);
    out.BeginResource();
    out.Text("service.name", "shop");
    out.BeginScope("", "");
    out.BeginSpan();
    out.Ids(std::string(16, 't'), std::string(8, 's'), "");
    out.NameKindTimes(name, wire::OtlpSpanKind::kServer, 1, 2);
    out.EndSpan();
    out.EndScope();
    out.EndResource();
    EXPECT_TRUE(plan_->Write(request).status.ok());
  }
  std::string VerdictFor(const std::string& component) {
    for (const ComponentVerdict& verdict : plan_->report()) {
      if (verdict.component == component) {
        return std::string(VerdictName(verdict.verdict)) + " " + verdict.place;
      }
    }
    return "(absent)";
  }

  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  FakeStore store_;
  KeepingSink sink_;
  std::unique_ptr<CollectorPlan> plan_;
};

constexpr const char* kFile = R"(
receivers:
  otlp: {protocols: {grpc: {endpoint: 0.0.0.0:4317}, http: {}}}
  hostmetrics: {scrapers: {cpu: }}
processors:
  batch:
  memory_limiter: {check_interval: 1s, limit_mib: 400}
  resource: {attributes: [{key: zone, action: upsert, value: '${env:ZONE}-${env:NONE:-x}'}]}
  k8sattributes:
  probabilistic_sampler: {sampling_percentage: 0}
  attributes/unused: {actions: [{key: a, action: delete}]}
exporters:
  otlp/tempo: {endpoint: tempo:4317, tls: {insecure: true}}
  prometheusremotewrite: {endpoint: http://prometheus:9090/api/v1/write}
connectors:
  spanmetrics: {namespace: techmart, exemplars: {enabled: true}}
  servicegraph:
  count:
extensions:
  health_check:
service:
  extensions: [health_check]
  pipelines:
    traces: {receivers: [otlp], processors: [memory_limiter, k8sattributes, resource, probabilistic_sampler, batch], exporters: [otlp/tempo, spanmetrics, servicegraph, count]}
    metrics: {receivers: [spanmetrics, servicegraph, count, hostmetrics], exporters: [prometheusremotewrite]}
)";

TEST_F(CollectorTest, EveryComponentHasAVerdictWithItsPlace) {
  ASSERT_TRUE(Load(kFile).ok()) << Load(kFile).ToString();
  EXPECT_EQ(VerdictFor("receiver otlp"), "mapped c.yaml:3:3");
  EXPECT_EQ(VerdictFor("receiver hostmetrics"), "refused c.yaml:4:3");
  EXPECT_EQ(VerdictFor("processor batch"), "mapped c.yaml:6:3");
  EXPECT_EQ(VerdictFor("processor resource"), "executed c.yaml:8:3");
  EXPECT_EQ(VerdictFor("processor k8sattributes"), "refused c.yaml:9:3");
  EXPECT_EQ(VerdictFor("processor attributes/unused"), "unused c.yaml:11:3");
  EXPECT_EQ(VerdictFor("exporter otlp/tempo"), "mapped c.yaml:13:3");
  EXPECT_EQ(VerdictFor("connector spanmetrics"), "executed c.yaml:16:3");
  EXPECT_EQ(VerdictFor("extension health_check"), "mapped c.yaml:20:3");
  EXPECT_EQ(plan_->report().size(), 14U);
}

TEST_F(CollectorTest, ConnectorsSeeEverySpanBeforeItIsSampledAway) {
  ASSERT_TRUE(Load(kFile).ok());
  Send();
  EXPECT_EQ(sink_.spans, 0U);
  EXPECT_EQ(losses_.Get(LossReason::kSpanSampledOut), 1U);
  env_.manual_clock().Advance(base::Seconds(5));
  plan_->Flush(&store_);
  const FakeStore::Series* calls =
      store_.Find(R"(techmart_calls_total{service_name="shop", span_kind="SPAN_KIND_SERVER", )"
                  R"(span_name="GET /cart", status_code="STATUS_CODE_UNSET"})");
  ASSERT_NE(calls, nullptr);
  EXPECT_EQ(calls->samples.back().value, 1);
  ASSERT_NE(store_.Find("trace_span_count_total"), nullptr);
  EXPECT_NE(store_.Find(R"(traces_service_graph_request_total{client="user", )"
                        R"(connection_type="virtual_node", failed="false", server="shop"})"),
            nullptr);
}

TEST_F(CollectorTest, ProcessorsRunAndTheEnvironmentIsExpanded) {
  ASSERT_TRUE(Load(R"(
receivers: {otlp: }
processors:
  resource: {attributes: [{key: zone, action: upsert, value: '${env:ZONE}-${env:NONE:-x}'}]}
  transform: {trace_statements: ['replace_pattern(span.name, "^(GET) .*$", "$$1 *")']}
exporters: {otlp: }
service: {pipelines: {traces: {receivers: [otlp], processors: [resource, transform], exporters: [otlp]}}}
)")
                  .ok());
  Send();
  EXPECT_EQ(sink_.spans, 1U);
  EXPECT_EQ(FindIn(sink_.record.resources.at(0).attributes, "zone")->Text(), "eu-x");
  EXPECT_EQ(sink_.record.resources.at(0).scopes.at(0).spans.at(0).name, "GET *");
}

TEST_F(CollectorTest, WhereNoPipelineStoresSpansAreStoredAsTheyCame) {
  ASSERT_TRUE(Load(R"(
receivers: {nop: }
exporters: {nop: }
connectors: {spanmetrics: }
service: {pipelines: {traces: {receivers: [nop], exporters: [spanmetrics]}, metrics: {receivers: [spanmetrics], exporters: [nop]}}}
)")
                  .ok());
  Send();
  EXPECT_EQ(sink_.spans, 1U);
}

TEST_F(CollectorTest, KafkaReceiversAreReadForThePlan) {
  ASSERT_TRUE(Load(R"(
receivers:
  kafka: {brokers: ['k1:9092', 'k2:9092'], topic: jaeger-spans, encoding: jaeger_proto, auth: {sasl: {username: u, password: p, mechanism: SCRAM-SHA-256}, tls: {}}}
exporters: {otlp: }
service: {pipelines: {traces: {receivers: [kafka], exporters: [otlp]}}}
)")
                  .ok());
  ASSERT_EQ(plan_->kafka().size(), 1U);
  const KafkaOptions& options = plan_->kafka()[0];
  EXPECT_EQ(options.topics, std::vector<std::string>{"jaeger-spans"});
  EXPECT_EQ(options.encoding, KafkaEncoding::kJaegerProto);
  EXPECT_EQ(options.properties.at(0).second, "k1:9092,k2:9092");
  EXPECT_EQ(options.properties.back().second, "sasl_ssl");
  EXPECT_EQ(VerdictFor("receiver kafka"), "executed c.yaml:3:3");
}

TEST_F(CollectorTest, TailSamplingHoldsSpansBackUntilTheEnd) {
  ASSERT_TRUE(Load(R"(
receivers: {otlp: }
processors:
  tail_sampling: {decision_wait: 10s, policies: [{name: all, type: always_sample}]}
exporters: {otlp: }
service: {pipelines: {traces: {receivers: [otlp], processors: [tail_sampling], exporters: [otlp]}}}
)")
                  .ok());
  Send();
  EXPECT_EQ(sink_.spans, 0U);
  plan_->Finish(&store_);
  EXPECT_EQ(sink_.spans, 1U);
}

TEST_F(CollectorTest, MistakesAreNamedWithTheirPlace) {
  const auto complaint = [this](const std::string& yaml) {
    return std::string(Load(yaml).message());
  };
  const std::string tail =
      "\nexporters: {otlp: }\nservice: {pipelines: {traces: {receivers: [otlp], processors: "
      "[p], exporters: [otlp]}}}\n";
  EXPECT_NE(complaint("receivers: {otlp: }" + tail).find("c.yaml:3:23: "), std::string::npos)
      << complaint("receivers: {otlp: }" + tail);
  EXPECT_NE(complaint("receiver: {otlp: }\nservice: {pipelines: {traces: }}")
                .find("c.yaml:1:1: unknown section: receiver"),
            std::string::npos);
  const std::string two =
      "receivers: {otlp: }\nprocessors:\n  filter: {traces: {span: ['nam == "
      "1']}}\nexporters: {otlp: }\nservice: {pipelines: {traces: {receivers: "
      "[otlp], processors: [filter], exporters: [otlp]}}}\n";
  EXPECT_NE(complaint(two).find("c.yaml:3:3: unknown path: nam"), std::string::npos)
      << complaint(two);
  EXPECT_FALSE(Load("").ok());
}

TEST_F(CollectorTest, ConformanceSimplestConnectorFile) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  const auto text = base::Env::Real().files().ReadFile(
      std::string(folder) + "/spanmetrics/config-simplest-connector.yaml");
  ASSERT_TRUE(text.ok());
  const base::Status loaded = Load(*text);
  EXPECT_TRUE(loaded.ok()) << loaded.ToString();
  std::printf("conformance: collector file %d of 1\n", loaded.ok() ? 1 : 0);
}

}  // namespace
}  // namespace sb::ingest
