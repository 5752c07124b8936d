// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/service_graph.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "base/testing/simulated_env.h"
#include "config/yaml_reader.h"
#include "encoding/hex.h"
#include "ingest/pipeline/observed_sink.h"
#include "ingest/pipeline/testing/fake_store.h"
#include "wire/otlp/trace_writer.h"

namespace sb::ingest {
namespace {

using wire::OtlpSpanKind;

class NullSink final : public SpanSink {
 public:
  SpanWriteResult Write(std::string_view) override { return {}; }
};

struct TestSpan {
  std::string service;
  OtlpSpanKind kind = OtlpSpanKind::kServer;
  std::string id;
  std::string parent = {};
  uint64_t start_ns = 0;
  uint64_t duration_ns = 0;
  std::vector<std::pair<std::string, std::string>> attributes = {};
  bool error = false;
};

class ServiceGraphTest : public ::testing::Test {
 protected:
  void Start(ServiceGraphOptions options) {
    graph_ = std::make_unique<ServiceGraph>(std::move(options), &env_.clock(), &losses_);
    sink_ = std::make_unique<ObservedSink>(&null_, std::vector<SpanObserver*>{graph_.get()});
  }
  void Send(const TestSpan& span, const std::string& trace = std::string(16, 't')) {
    std::string request;
    wire::TraceWriter out(&request);
    out.BeginResource();
    out.Text("service.name", span.service);
    out.BeginScope("", "");
    out.BeginSpan();
    out.Ids(trace, span.id, span.parent);
    out.NameKindTimes("op", span.kind, span.start_ns, span.start_ns + span.duration_ns);
    if (span.error) {
      out.Status(wire::OtlpStatusCode::kError, "");
    }
    for (const auto& [key, value] : span.attributes) {
      out.Text(key, value);
    }
    out.EndSpan();
    out.EndScope();
    out.EndResource();
    sink_->Write(request);
  }
  void Flush(int64_t seconds = 1) {
    env_.manual_clock().Advance(base::Seconds(seconds));
    graph_->Flush(&store_);
  }
  double Value(const std::string& series) {
    const FakeStore::Series* found = store_.Find(series);
    return found == nullptr || found->samples.empty() ? -1 : found->samples.back().value;
  }

  static constexpr const char* kA = "aaaaaaaa";
  static constexpr const char* kB = "bbbbbbbb";
  base::SimulatedEnv env_{1};
  base::Registry registry_;
  LossCounters losses_{&registry_};
  FakeStore store_;
  NullSink null_;
  std::unique_ptr<ServiceGraph> graph_;
  std::unique_ptr<ObservedSink> sink_;
};

TEST_F(ServiceGraphTest, TheTwoSpansOfACallAreAnEdgeInWhateverOrderTheyCome) {
  Start(ServiceGraphOptions::Tempo());
  const TestSpan client{"web", OtlpSpanKind::kClient, kA, "xxxxxxxx", 0, 300'000'000};
  const TestSpan server{"api", OtlpSpanKind::kServer, kB, kA, 0, 150'000'000, {}, true};
  Send(client);
  Send(server);
  Send(server, std::string(16, 'u'));
  Send(client, std::string(16, 'u'));
  Flush();
  const std::string labels = R"({client="web", server="api"})";
  EXPECT_EQ(Value("traces_service_graph_request_total" + labels), 2);
  EXPECT_EQ(Value("traces_service_graph_request_failed_total" + labels), 2);
  EXPECT_EQ(Value("traces_service_graph_request_client_seconds_sum" + labels), 0.6);
  EXPECT_EQ(Value(R"(traces_service_graph_request_server_seconds_bucket{client="web", )"
                  R"(le="0.2", server="api"})"),
            2);
  EXPECT_EQ(graph_->waiting_count(), 0U);
}

TEST_F(ServiceGraphTest, DatabasesUsersAndPeersAreNodesToo) {
  Start(ServiceGraphOptions::Tempo());
  Send({"api", OtlpSpanKind::kClient, kA, "xxxxxxxx", 0, 1, {{"db.system", "postgresql"}}});
  Send({"web", OtlpSpanKind::kServer, kB, "", 0, 1});
  Send({"api", OtlpSpanKind::kClient, "cccccccc", "xxxxxxxx", 0, 1, {{"peer.service", "stripe"}}});
  Send({"api", OtlpSpanKind::kClient, "dddddddd", "xxxxxxxx", 0, 1});
  Send({"lonely", OtlpSpanKind::kServer, "eeeeeeee", "ffffffff", 0, 1});
  Flush();
  EXPECT_EQ(Value(R"(traces_service_graph_request_total{client="api", )"
                  R"(connection_type="database", server="postgresql"})"),
            1);
  EXPECT_EQ(Value(R"(traces_service_graph_request_total{client="user", )"
                  R"(connection_type="virtual_node", server="web"})"),
            1);
  EXPECT_EQ(graph_->waiting_count(), 3U);
  Flush(20);
  EXPECT_EQ(Value(R"(traces_service_graph_request_total{client="api", )"
                  R"(connection_type="virtual_node", server="stripe"})"),
            1);
  EXPECT_EQ(Value(R"(traces_service_graph_unpaired_spans_total{client="api"})"), 1);
  EXPECT_EQ(Value(R"(traces_service_graph_unpaired_spans_total{server="lonely"})"), 1);
  EXPECT_EQ(graph_->waiting_count(), 0U);
}

TEST_F(ServiceGraphTest, MessagesHaveTheDelayBetweenProducerAndConsumer) {
  Start(ServiceGraphOptions::Tempo());
  Send({"shop", OtlpSpanKind::kProducer, kA, "xxxxxxxx", 1'000'000'000, 1'000'000});
  Send({"mailer", OtlpSpanKind::kConsumer, kB, kA, 3'001'000'000, 5'000'000});
  Flush();
  const std::string labels =
      R"({client="shop", connection_type="messaging_system", server="mailer"})";
  EXPECT_EQ(Value("traces_service_graph_request_total" + labels), 1);
  EXPECT_EQ(Value("traces_service_graph_request_messaging_system_seconds_sum" + labels), 2);
}

TEST_F(ServiceGraphTest, MoreThanMayWaitAreDroppedAndCounted) {
  ServiceGraphOptions options = ServiceGraphOptions::Tempo();
  options.items_max = 2;
  Start(options);
  for (const char* id : {"11111111", "22222222", "33333333", "44444444"}) {
    Send({"web", OtlpSpanKind::kClient, id, "xxxxxxxx", 0, 1});
  }
  Flush();
  EXPECT_EQ(graph_->waiting_count(), 2U);
  EXPECT_EQ(losses_.Get(LossReason::kServiceGraphEdgeLimit), 2U);
  EXPECT_EQ(Value(R"(traces_service_graph_dropped_spans_total{client="web"})"), 2);
}

// --- Conformance -------------------------------------------------------------------------------

std::string_view Text(const config::Node* node) {
  return node == nullptr ? std::string_view() : std::string_view(node->text);
}
uint64_t Number(const config::Node* node) {
  return node == nullptr ? 0 : std::strtoull(node->text.c_str(), nullptr, 10);
}
double Real(const config::Node* node) {
  return node == nullptr ? 0 : std::strtod(node->text.c_str(), nullptr);
}

std::string ValueText(const config::Node& attribute) {
  return attribute.Find("value")->entries.at(0).value->text;
}

std::string Bytes(const config::Node* hex) {
  std::string bytes;
  EXPECT_TRUE(encoding::ParseHex(Text(hex), &bytes));
  return bytes;
}

std::string RequestOf(const config::Node& root) {
  std::string request;
  wire::TraceWriter out(&request);
  for (const config::NodePtr& group : root.Find("resourceSpans")->items) {
    out.BeginResource();
    for (const config::NodePtr& attribute : group->Find("resource")->Find("attributes")->items) {
      out.Text(Text(attribute->Find("key")), ValueText(*attribute));
    }
    for (const config::NodePtr& scope : group->Find("scopeSpans")->items) {
      out.BeginScope(Text(scope->Find("scope")->Find("name")), "");
      for (const config::NodePtr& span : scope->Find("spans")->items) {
        out.BeginSpan();
        out.Ids(Bytes(span->Find("traceId")), Bytes(span->Find("spanId")),
                Bytes(span->Find("parentSpanId")));
        out.NameKindTimes(
            Text(span->Find("name")), static_cast<OtlpSpanKind>(Number(span->Find("kind"))),
            Number(span->Find("startTimeUnixNano")), Number(span->Find("endTimeUnixNano")));
        if (const config::Node* attributes = span->Find("attributes")) {
          for (const config::NodePtr& attribute : attributes->items) {
            out.Text(Text(attribute->Find("key")), ValueText(*attribute));
          }
        }
        out.EndSpan();
      }
      out.EndScope();
    }
    out.EndResource();
  }
  return request;
}

// The series of an expected point, as Prometheus names it.
std::string SeriesOf(const std::string& name, const config::Node& point, const std::string& le) {
  model::LabelSetBuilder labels;
  labels.Set("__name__", name);
  for (const config::NodePtr& attribute : point.Find("attributes")->items) {
    labels.Set(ConnectorLabelName(Text(attribute->Find("key"))), ValueText(*attribute));
  }
  labels.Set("le", le);
  return labels.Build().ToString();
}

class ServiceGraphConformanceTest : public ServiceGraphTest {
 protected:
  void Check(bool equal, const std::string& what) {
    EXPECT_TRUE(equal) << what;
    ++total_;
    passed_ += equal ? 1 : 0;
  }
  void CheckMetric(const config::Node& metric) {
    std::string name(Text(metric.Find("name")));
    if (Text(metric.Find("unit")) == "s") {
      name += "_seconds";
    }
    if (const config::Node* sum = metric.Find("sum")) {
      for (const config::NodePtr& point : sum->Find("dataPoints")->items) {
        const std::string series = SeriesOf(name, *point, "");
        Check(Value(series) == static_cast<double>(Number(point->Find("asInt"))), series);
      }
      return;
    }
    for (const config::NodePtr& point : metric.Find("histogram")->Find("dataPoints")->items) {
      if (Number(point->Find("count")) == 0) {
        continue;  // an optional metric of the connector, here empty
      }
      CheckHistogram(name, *point);
    }
  }
  void CheckHistogram(const std::string& name, const config::Node& point) {
    const auto& bounds = point.Find("explicitBounds")->items;
    uint64_t cumulative = 0;
    bool equal = Value(SeriesOf(name + "_count", point, "")) ==
                     static_cast<double>(Number(point.Find("count"))) &&
                 Value(SeriesOf(name + "_sum", point, "")) == Real(point.Find("sum"));
    for (size_t i = 0; i <= bounds.size(); ++i) {
      cumulative += Number(point.Find("bucketCounts")->items.at(i).get());
      const std::string le = i == bounds.size() ? "+Inf" : bounds[i]->text;
      equal =
          equal && Value(SeriesOf(name + "_bucket", point, le)) == static_cast<double>(cumulative);
    }
    Check(equal, name);
  }
  int passed_ = 0;
  int total_ = 0;
};

TEST_F(ServiceGraphConformanceTest, OutputsEqualTheReferences) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    GTEST_SKIP() << "SIGNALBOX_CONFORMANCE_DIR is not set";
  }
  for (const bool extra : {false, true}) {
    const std::string stem = std::string(folder) + "/servicegraph/" +
                             (extra ? "extra-dimensions-queue-db" : "messaging-system");
    base::FileSystem& files = base::Env::Real().files();
    const auto in = files.ReadFile(stem + "-trace.yaml");
    const auto out = files.ReadFile(stem + (extra ? "" : "-trace") + "-expected-metrics.yaml");
    ASSERT_TRUE(in.ok() && out.ok());
    const auto trace = config::ParseYaml(*in, "in");
    const auto expected = config::ParseYaml(*out, "out");
    ASSERT_TRUE(trace.ok() && expected.ok());
    ServiceGraphOptions options;
    options.has_messaging_latency = true;
    if (extra) {
      options.dimensions = {"db.system", "messaging.system"};
      options.shape = LatencyShape::Explicit({0.1, 1, 10});
    }
    Start(options);
    sink_->Write(RequestOf(**trace));
    Flush();
    for (const config::NodePtr& metric : (*expected)
                                             ->Find("resourceMetrics")
                                             ->items.at(0)
                                             ->Find("scopeMetrics")
                                             ->items.at(0)
                                             ->Find("metrics")
                                             ->items) {
      CheckMetric(*metric);
    }
  }
  std::printf("conformance: servicegraph %d of %d\n", passed_, total_);
}

}  // namespace
}  // namespace sb::ingest
