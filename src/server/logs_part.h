// SPDX-License-Identifier: Apache-2.0
//
// LogsPart brings log records in: Loki push, OTLP logs, Elasticsearch bulk, JSON lines, the systemd
// journal, syslog, and files that are followed. Questions about logs are another part's business,
// but for those that Elasticsearch clients ask.
//
// Path of a line: door -> endpoint (decode) -> LogBatch (stages, labels, level, trace ids) ->
// events store.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/elastic/elastic_api.h"
#include "base/task_runner.h"
#include "collect/kubernetes/pod_directory.h"
#include "collect/tail/tailer.h"
#include "ingest/elastic/elastic_bulk_endpoint.h"
#include "ingest/elastic/elastic_templates.h"
#include "ingest/lines/json_lines_endpoint.h"
#include "ingest/lines/tail_log_sink.h"
#include "ingest/loki/loki_push_endpoint.h"
#include "ingest/otlp/otlp_logs_endpoint.h"
#include "ingest/pipeline/log_metrics.h"
#include "ingest/pipeline/log_writer.h"
#include "ingest/syslog/syslog_endpoint.h"
#include "net/stream_server.h"
#include "net/udp_listener.h"
#include "server/logs_section.h"
#include "server/part.h"

namespace sb::server {

class LogsPart final : public Part {
 public:
  explicit LogsPart(const PartContext& context);
  ~LogsPart() override;

  base::Status Prepare(const PartConfig& config) override;
  void Commit() override;
  void AddRoutes(std::string_view door, net::Router* router) override;
  base::Status Start() override;
  void Stop() override;

 private:
  // Syslog on one address, TCP or UDP.
  struct SyslogListener {
    std::unique_ptr<ingest::SyslogEndpoint> endpoint;
    std::unique_ptr<net::StreamServer> stream;
    std::unique_ptr<net::UdpListener> datagrams;
  };

  base::Status OpenSyslog(const LogSyslogSection& section);
  base::Status OpenTail();
  void PollFiles();

  const PartContext context_;
  ingest::LogWriter writer_;
  ingest::LogMetrics metrics_;
  ingest::LokiPushEndpoint loki_;
  ingest::OtlpLogsEndpoint otlp_;
  ingest::ElasticBulkEndpoint elastic_;
  ingest::ElasticTemplates templates_;
  ingest::JsonLinesEndpoint lines_;
  api::ElasticApi search_;
  LogsSection section_;  // as it was at the start
  ingest::LogIngestOptions prepared_;
  LogsSection prepared_section_;
  bool is_started_ = false;
  std::unique_ptr<net::EventLoops> loops_;  // of syslog
  std::vector<SyslogListener> syslog_;
  std::unique_ptr<collect::PodDirectory> pods_;
  std::unique_ptr<ingest::TailLogSink> tail_sink_;
  std::unique_ptr<collect::Tailer> tailer_;
  std::unique_ptr<base::TaskRunner> runner_;  // follows files, writes metrics
  std::vector<base::Registry::Handle> handles_;
};

// What `logs.tail` means to the tailer.
std::vector<collect::TailSource> TailSourcesOf(const LogsSection& section);
// What `logs` means to ingest, stages included. kInvalidArgument as LogPipeline::Make.
base::Result<ingest::LogIngestOptions> LogIngestOptionsOf(const LogsSection& section,
                                                          base::Env* env,
                                                          ingest::LogMetrics* metrics);

}  // namespace sb::server
