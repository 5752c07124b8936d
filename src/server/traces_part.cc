// SPDX-License-Identifier: Apache-2.0
#include "server/traces_part.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/log.h"
#include "ingest/collector/collector_file.h"
#include "ingest/jaeger/jaeger_handler.h"
#include "ingest/otlp/otlp_handler.h"
#include "server/environment.h"
#include "server/server.h"
#include "store/tsdb/db/db.h"

namespace sb::server {
namespace {

constexpr std::string_view kCompactDoor = "jaeger-compact";
constexpr std::string_view kBinaryDoor = "jaeger-binary";
constexpr base::DurationMs kKafkaInterval = base::Milliseconds(50);

ingest::SpanMetricsOptions SpanMetricsOf(const TracesSection& section) {
  ingest::SpanMetricsOptions options = ingest::SpanMetricsOptions::Tempo();
  options.label_sets_max = section.metrics_label_sets_max;
  // Journeys may have objectives of their own, whatever their spans are called.
  ingest::SpanDimension journey;
  journey.attribute = "cuj.name";
  journey.label = "cuj_name";
  options.groups[0].dimensions.push_back(std::move(journey));
  return options;
}

ingest::ServiceGraphOptions ServiceGraphOf(const TracesSection& section) {
  ingest::ServiceGraphOptions options = ingest::ServiceGraphOptions::Tempo();
  options.label_sets_max = section.metrics_label_sets_max;
  return options;
}

// The writer outlives everything that uses it.
std::shared_ptr<ingest::SpanSink> Borrowed(ingest::SpanSink* sink) {
  return {sink, [](ingest::SpanSink*) {}};
}

std::optional<std::string> EnvironmentVariable(const std::string& name) {
  return ProcessEnvironment()(name);
}

void LogReport(const ingest::CollectorPlan& plan) {
  for (const ingest::ComponentVerdict& verdict : plan.report()) {
    if (verdict.verdict == ingest::Verdict::kRefused) {
      SB_LOG(kWarn, "collector file: component refused", {"component", verdict.component},
             {"place", verdict.place}, {"what", verdict.text});
    } else {
      SB_LOG(kInfo, "collector file", {"component", verdict.component},
             {"verdict", ingest::VerdictName(verdict.verdict)}, {"place", verdict.place},
             {"what", verdict.text});
    }
  }
}

}  // namespace

TracesPart::TracesPart(const PartContext& context)
    : context_(context),
      writer_(&context.trace_writer, &context.env, &context.losses, &context.registry),
      collector_(Borrowed(&writer_)),
      span_metrics_(SpanMetricsOf(context.options.config.traces), &context.env.clock(),
                    &context.losses),
      service_graph_(ServiceGraphOf(context.options.config.traces), &context.env.clock(),
                     &context.losses),
      sink_(&collector_, context.options.config.traces.metrics
                             ? std::vector<ingest::SpanObserver*>{&span_metrics_, &service_graph_}
                             : std::vector<ingest::SpanObserver*>()),
      otlp_(&sink_, &context.losses, &context.registry),
      jaeger_(&sink_, &context.losses, &context.registry),
      zipkin_(&sink_, &context.env, &context.losses, &context.registry),
      strategies_(std::make_shared<ingest::SamplingStrategies>()) {}

base::Status TracesPart::Prepare(const PartConfig& config) {
  const std::string& file = config.server.traces.sampling_strategies;
  ingest::SamplingStrategies strategies;
  if (!file.empty()) {
    SB_ASSIGN_OR_RETURN(const std::string text, context_.env.files().ReadFile(file));
    SB_ASSIGN_OR_RETURN(strategies, ingest::SamplingStrategies::Parse(text, file));
  }
  SB_ASSIGN_OR_RETURN(prepared_plan_, PrepareCollector(config.server.collector.config));
  prepared_strategies_ = std::make_shared<ingest::SamplingStrategies>(std::move(strategies));
  return base::OkStatus();
}

base::Result<std::shared_ptr<ingest::CollectorPlan>> TracesPart::PrepareCollector(
    const std::string& file) {
  if (file.empty()) {
    return std::shared_ptr<ingest::CollectorPlan>();
  }
  SB_ASSIGN_OR_RETURN(const std::string text, context_.env.files().ReadFile(file));
  SB_ASSIGN_OR_RETURN(const ingest::CollectorFile parsed,
                      ingest::ParseCollectorFile(text, file, &EnvironmentVariable));
  SB_ASSIGN_OR_RETURN(auto plan, ingest::CollectorPlan::Create(
                                     parsed, &writer_, &context_.env.clock(), &context_.losses));
  return std::shared_ptr<ingest::CollectorPlan>(std::move(plan));
}

// A topic is read by one plan at a time: the old sources commit their offsets first.
void TracesPart::OpenKafka(const ingest::CollectorPlan* plan) {
  const base::MutexLock lock(kafka_mutex_);
  kafka_.clear();
  for (size_t i = 0; plan != nullptr && i < plan->kafka().size(); ++i) {
    auto source = ingest::KafkaSource::Create(plan->kafka()[i], &sink_, &context_.env.clock(),
                                              &context_.losses, &context_.registry);
    if (source.ok()) {
      kafka_.push_back(*std::move(source));
    } else {
      SB_LOG(kError, "kafka is not read", {"error", source.status().message()});
    }
  }
}

void TracesPart::PollKafka() {
  const base::MutexLock lock(kafka_mutex_);
  for (const auto& source : kafka_) {
    source->Poll();
  }
}

void TracesPart::Commit() {
  if (prepared_plan_ != nullptr) {
    LogReport(*prepared_plan_);
  }
  collector_.Set(prepared_plan_ != nullptr ? std::shared_ptr<ingest::SpanSink>(prepared_plan_)
                                           : Borrowed(&writer_));
  OpenKafka(prepared_plan_.get());
  const base::MutexLock lock(mutex_);
  strategies_ = std::move(prepared_strategies_);
  if (plan_ != nullptr) {
    retired_.push_back(std::move(plan_));
  }
  plan_ = std::move(prepared_plan_);
}

TracesPart::Strategies TracesPart::CurrentStrategies() const {
  const base::MutexLock lock(mutex_);
  return strategies_;
}

void TracesPart::AddRoutes(std::string_view door, net::Router* router) {
  ingest::OtlpEndpoints otlp;
  otlp.traces = &otlp_;
  const ingest::StrategiesSource strategies = [this] { return CurrentStrategies(); };
  if (door == "listen") {
    ingest::AddOtlpHttpRoutes(otlp, "/otlp/v1", router);
    ingest::AddJaegerThriftRoutes(&jaeger_, "/jaeger", router);
    ingest::AddJaegerSamplingRoutes(strategies, "/jaeger/api/sampling", router);
    zipkin_.AddRoutes("/zipkin", router);
  } else if (door == "otlp-http") {
    ingest::AddOtlpHttpRoutes(otlp, "/v1", router);
  } else if (door == "otlp-grpc") {
    ingest::AddOtlpGrpcRoutes(otlp, router);
  } else if (door == "jaeger-thrift-http") {
    ingest::AddJaegerThriftRoutes(&jaeger_, "", router);
    ingest::AddJaegerSamplingRoutes(strategies, "/api/sampling", router);
  } else if (door == "jaeger-grpc") {
    ingest::AddJaegerGrpcRoutes(&jaeger_, strategies, router);
  } else if (door == "jaeger-sampling") {
    for (const char* path : {"/", "/sampling", "/api/sampling"}) {
      ingest::AddJaegerSamplingRoutes(strategies, path, router);
    }
  } else if (door == "zipkin") {
    zipkin_.AddRoutes("", router);
  }
}

bool TracesPart::OwnsDoor(std::string_view door) const {
  return door == kCompactDoor || door == kBinaryDoor;
}

base::Result<std::string> TracesPart::OpenDoor(std::string_view door, const std::string& address,
                                               net::EventLoops& loops) {
  const wire::ThriftProtocol protocol =
      door == kCompactDoor ? wire::ThriftProtocol::kCompact : wire::ThriftProtocol::kBinary;
  net::UdpListenerOptions options;
  options.name = door;
  options.address = address;
  options.executor = [&pool = context_.ingest_pool](std::function<void()> task) {
    return pool.Post(std::move(task)).ok();
  };
  options.on_dropped = [&losses = context_.losses](size_t datagrams) {
    losses.Add(ingest::LossReason::kDatagramQueueFull, datagrams);
  };
  auto listener = std::make_unique<net::UdpListener>(
      loops, std::move(options),
      [this, protocol](std::string_view datagram) { jaeger_.TakeDatagram(datagram, protocol); });
  SB_RETURN_IF_ERROR(listener->Start());
  std::string bound = listener->bound_address();
  datagrams_.push_back(std::move(listener));
  return bound;
}

void TracesPart::FlushConnectors() {
  span_metrics_.Flush(&context_.metric_writes);
  service_graph_.Flush(&context_.metric_writes);
  std::shared_ptr<ingest::CollectorPlan> plan;
  std::vector<std::shared_ptr<ingest::CollectorPlan>> retired;
  {
    const base::MutexLock lock(mutex_);
    plan = plan_;
    retired = retired_;
  }
  if (plan != nullptr) {
    plan->Flush(&context_.metric_writes);
  }
  for (const auto& old : retired) {
    old->Finish(&context_.metric_writes);
  }
  retired.clear();
  const base::MutexLock lock(mutex_);
  std::erase_if(retired_, [](const auto& old) { return old.use_count() == 1; });
}

base::Status TracesPart::Start() {
  const base::DurationMs interval =
      std::max(context_.options.config.traces.metrics_interval, base::Milliseconds(100));
  flusher_ = std::make_unique<base::TaskRunner>(context_.background_pool);
  flusher_->PostEvery(base::ToNs(interval), [this] { FlushConnectors(); });
  kafka_reader_ = std::make_unique<base::TaskRunner>(context_.ingest_pool);
  kafka_reader_->PostEvery(base::ToNs(kKafkaInterval), [this] { PollKafka(); });
  return base::OkStatus();
}

void TracesPart::Stop() {
  datagrams_.clear();
  kafka_reader_.reset();
  OpenKafka(nullptr);
  flusher_.reset();
  // What was counted since the last interval, or waits for a decision, is not lost with an orderly
  // end.
  std::shared_ptr<ingest::CollectorPlan> plan;
  {
    const base::MutexLock lock(mutex_);
    plan = plan_;
  }
  if (plan != nullptr) {
    plan->Finish(&context_.metric_writes);
  }
  FlushConnectors();
}

}  // namespace sb::server
