// SPDX-License-Identifier: Apache-2.0
#include "server/logs_part.h"

#include <re2/re2.h>

#include <utility>

#include "base/log.h"
#include "ingest/elastic/elastic_handler.h"
#include "ingest/lines/lines_handler.h"
#include "ingest/loki/loki_handler.h"
#include "ingest/otlp/otlp_handler.h"
#include "ingest/pipeline/log_pipeline.h"
#include "server/environment.h"
#include "server/kubernetes_pods.h"
#include "server/server.h"
#include "store/tsdb/db/db.h"

namespace sb::server {
namespace {

constexpr base::DurationMs kMetricsInterval = base::Seconds(15);

collect::LineFormat FormatOf(const std::string& name) {
  return name == "raw"      ? collect::LineFormat::kRaw
         : name == "docker" ? collect::LineFormat::kDocker
         : name == "cri"    ? collect::LineFormat::kCri
                            : collect::LineFormat::kAuto;
}

net::Executor ExecutorOf(base::ThreadPool& pool) {
  return [&pool](std::function<void()> task) { return pool.Post(std::move(task)).ok(); };
}

}  // namespace

std::vector<collect::TailSource> TailSourcesOf(const LogsSection& section) {
  std::vector<collect::TailSource> sources;
  for (const LogTailSection& tail : section.tail) {
    collect::TailSource source;
    source.paths = tail.paths;
    source.exclude = tail.exclude;
    source.labels.assign(tail.labels.begin(), tail.labels.end());
    source.format = FormatOf(tail.format);
    source.read_from_head = tail.read_from_head;
    source.flush_after = tail.flush_after;
    source.multiline.lines_max = tail.multiline_lines_max;
    if (!tail.multiline_start.empty()) {
      source.multiline.start = std::make_shared<re2::RE2>(tail.multiline_start, re2::RE2::Quiet);
    }
    sources.push_back(std::move(source));
  }
  return sources;
}

base::Result<ingest::LogIngestOptions> LogIngestOptionsOf(const LogsSection& section,
                                                          base::Env* env,
                                                          ingest::LogMetrics* metrics) {
  ingest::LogIngestOptions options;
  options.discover_service_name = section.discover_service_name;
  options.detect_levels = section.detect_levels;
  options.detect_trace_ids = section.detect_trace_ids;
  options.line_bytes_max = static_cast<size_t>(section.line_bytes_max.bytes);
  SB_ASSIGN_OR_RETURN(options.pipeline, ingest::LogPipeline::Make(section.pipeline, env, metrics));
  return options;
}

LogsPart::LogsPart(const PartContext& context)
    : context_(context),
      writer_(&context.log_writer, &context.losses, &context.registry),
      metrics_(&context.metric_writes, &context.losses),
      loki_(&writer_, &context.registry),
      otlp_(&writer_, &context.env, &context.registry),
      elastic_(&writer_, &context.env, &context.registry),
      lines_(&writer_, &context.env),
      search_({&context.log_reader, &context.log_admin, &context.env.clock(),
               context.options.config.query.timeout.Value()}) {}

LogsPart::~LogsPart() = default;

base::Status LogsPart::Prepare(const PartConfig& config) {
  SB_ASSIGN_OR_RETURN(prepared_, LogIngestOptionsOf(config.server.logs, &context_.env, &metrics_));
  prepared_section_ = config.server.logs;
  return base::OkStatus();
}

void LogsPart::Commit() {
  writer_.Configure(std::move(prepared_));
  if (!is_started_) {
    section_ = std::move(prepared_section_);
  }
}

void LogsPart::AddRoutes(std::string_view door, net::Router* router) {
  ingest::OtlpEndpoints otlp;
  otlp.logs = &otlp_;
  if (door == "loki" || door == "listen") {
    net::Router push;
    ingest::AddLokiPushRoutes(&loki_, &push);
    router->Mount("", push);
    ingest::AddOtlpHttpRoutes(otlp, "/otlp/v1", router);
    if (door == "listen") {
      router->Mount("/loki", push);
      ingest::AddOtlpHttpRoutes(otlp, "/loki/otlp/v1", router);
      ingest::AddLinesRoutes(&lines_, &writer_, &context_.env, router);
    }
  }
  if (door == "elasticsearch" || door == "listen") {
    net::Router elastic;
    ingest::AddElasticIngestRoutes({&elastic_, &templates_}, &elastic);
    search_.AddRoutes(&elastic);
    router->Mount(door == "listen" ? "/elasticsearch" : "", elastic);
  }
  if (door == "otlp-http") {
    ingest::AddOtlpHttpRoutes(otlp, "/v1", router);
  } else if (door == "otlp-grpc") {
    ingest::AddOtlpGrpcRoutes(otlp, router);
  }
}

base::Status LogsPart::OpenSyslog(const LogSyslogSection& section) {
  SyslogListener listener;
  listener.endpoint =
      std::make_unique<ingest::SyslogEndpoint>(&writer_, &context_.env,
                                               std::vector<std::pair<std::string, std::string>>(
                                                   section.labels.begin(), section.labels.end()));
  ingest::SyslogEndpoint* const endpoint = listener.endpoint.get();
  const std::string address = section.listen.substr(section.listen.find("//") + 2);
  if (section.listen.starts_with("udp://")) {
    net::UdpListenerOptions options;
    options.name = "syslog";
    options.address = address;
    options.executor = ExecutorOf(context_.ingest_pool);
    options.on_dropped = [this](size_t datagrams) {
      context_.losses.Add(ingest::LossReason::kDatagramQueueFull, datagrams);
    };
    listener.datagrams = std::make_unique<net::UdpListener>(
        *loops_, std::move(options), [endpoint](std::string_view datagram) {
          // Lost datagrams are counted by the writer: nobody can be told.
          const std::string message(datagram);
          static_cast<void>(endpoint->Push({&message, 1}, ""));
        });
    SB_RETURN_IF_ERROR(listener.datagrams->Start().WithPrefix("logs.syslog"));
  } else {
    net::StreamServerOptions options;
    options.name = "syslog";
    options.address = address;
    options.executor = ExecutorOf(context_.ingest_pool);
    if (section.listen.starts_with("tls://")) {
      options.tls = net::ServerTlsOptions();
      options.tls->cert_file = section.cert_file;
      options.tls->key_file = section.key_file;
      options.tls->client_ca_file = section.client_ca_file;
      options.tls->require_client_certificate = !section.client_ca_file.empty();
    }
    listener.stream = std::make_unique<net::StreamServer>(
        *loops_, std::move(options),
        [endpoint](const std::string& peer) { return endpoint->NewStream(peer); });
    SB_RETURN_IF_ERROR(listener.stream->Start().WithPrefix("logs.syslog"));
  }
  syslog_.push_back(std::move(listener));
  return base::OkStatus();
}

base::Status LogsPart::OpenTail() {
  std::vector<collect::TailSource> sources = TailSourcesOf(section_);
  tail_sink_ = std::make_unique<ingest::TailLogSink>(&writer_, sources);
  if (section_.kubernetes.enabled) {
    SB_ASSIGN_OR_RETURN(pods_, MakePodDirectory(section_.kubernetes, ProcessEnvironment(),
                                                context_.client, context_.env, &context_.registry));
    tail_sink_->UsePods(pods_.get(),
                        {section_.kubernetes.pod_labels, section_.kubernetes.annotations});
  }
  SB_ASSIGN_OR_RETURN(
      tailer_,
      collect::Tailer::Open(context_.env, base::JoinPath(context_.options.data_folder, "tail"),
                            std::move(sources), tail_sink_.get()));
  const collect::Tailer* const tailer = tailer_.get();
  handles_.push_back(context_.registry.AddCallback(
      base::InstrumentKind::kGauge, "signalbox_tail_files", "Log files that are followed.", {},
      [tailer] { return static_cast<double>(tailer->stats().files); }));
  handles_.push_back(context_.registry.AddCallback(
      base::InstrumentKind::kGauge, "signalbox_tail_lag_bytes",
      "Bytes of followed log files that are written but not yet read.", {},
      [tailer] { return static_cast<double>(tailer->stats().lag_bytes); }));
  return base::OkStatus();
}

// A back-log is read piece by piece, so that the runner's other tasks get their turn.
void LogsPart::PollFiles() {
  if (tailer_->Poll()) {
    static_cast<void>(runner_->Post([this] { PollFiles(); }));
  }
}

base::Status LogsPart::Start() {
  is_started_ = true;
  runner_ = std::make_unique<base::TaskRunner>(context_.background_pool);
  runner_->PostEvery(base::ToNs(kMetricsInterval), [this] {
    if (const base::Status status = metrics_.Flush(context_.env.clock().NowMs()); !status.ok()) {
      SB_LOG(kWarn, "metrics of log lines not written", {"why", status.message()});
    }
  });
  if (!section_.syslog.empty()) {
    loops_ = std::make_unique<net::EventLoops>(net::EventLoops::Options{1, &context_.env});
  }
  for (const LogSyslogSection& section : section_.syslog) {
    SB_RETURN_IF_ERROR(OpenSyslog(section));
  }
  if (!section_.tail.empty()) {
    SB_RETURN_IF_ERROR(OpenTail());
    runner_->PostEvery(base::ToNs(section_.tail_interval), [this] { PollFiles(); });
  }
  return base::OkStatus();
}

void LogsPart::Stop() {
  handles_.clear();
  syslog_.clear();
  loops_.reset();
  runner_.reset();
  tailer_.reset();
}

}  // namespace sb::server
