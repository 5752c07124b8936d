// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

#include "api/http/json_writer.h"
#include "api/loki/hiding_reader.h"
#include "api/prometheus/prometheus_api.h"
#include "api/ui/inner_calls.h"
#include "base/instruments.h"
#include "base/log.h"
#include "base/mutex.h"
#include "base/task_runner.h"
#include "discovery/dns_resolver.h"
#include "ingest/otlp/otlp_metrics_endpoint.h"
#include "ingest/pipeline/arrivals.h"
#include "ingest/pipeline/counting_writer.h"
#include "ingest/pipeline/loss.h"
#include "ingest/remote_out/remote_out.h"
#include "ingest/remote_write/remote_write_endpoint.h"
#include "ingest/scrape/scrape_manager.h"
#include "net/event_loop.h"
#include "net/http_client.h"
#include "net/http_server.h"
#include "query/promql/engine.h"
#include "server/api_sources.h"
#include "server/build_info.h"
#include "server/event_stores.h"
#include "server/http_metrics.h"
#include "server/load_config.h"
#include "server/memory_trim.h"
#include "server/part.h"
#include "server/process_metrics.h"
#include "server/query_service.h"
#include "server/reload_state.h"
#include "server/routes.h"
#include "server/self_tracing.h"
#include "store/catalog/catalog.h"
#include "store/events/db/event_db.h"
#include "store/tsdb/db/db.h"

namespace sb::server {

namespace {

constexpr int64_t kDrainMs = 5'000;
// A request that waits behind so many others would be answered too late to be of use.
constexpr size_t kQueueMax = 1'024;
// For short questions (labels, series, who is running), which go past the desk of the long ones.
constexpr size_t kSpareQueryThreads = 2;

net::Executor ExecutorOf(base::ThreadPool& pool) {
  return [&pool](std::function<void()> task) { return pool.Post(std::move(task)).ok(); };
}

// An address that this process can reach a door at that listens on all addresses.
std::string ReachableAddress(const std::string& bound) {
  for (const std::string_view any : {"0.0.0.0:", "[::]:", ":::"}) {
    if (bound.starts_with(any)) {
      return "127.0.0.1:" + bound.substr(bound.rfind(':') + 1);
    }
  }
  return bound;
}

api::PrometheusApiOptions ApiOptionsOf(const ServerConfig& config) {
  api::PrometheusApiOptions options;
  options.enable_admin = config.prometheus.admin_api;
  options.dialect = api::QueryDialectOf(config.query.dialect).value_or(options.dialect);
  return options;
}

void LogOpenReport(const tsdb::Db::OpenReport& report) {
  SB_LOG(kInfo, "store opened", {"blocks", report.blocks}, {"series", report.head.series},
         {"wal_samples", report.head.wal_samples}, {"torn_bytes", report.head.torn_bytes});
  for (const base::Status& loss : report.head.losses) {
    SB_LOG(kError, "damage found in the write-ahead log", {"detail", loss.ToString()});
  }
  for (const std::string& block : report.quarantined) {
    SB_LOG(kError, "damaged block moved to quarantine", {"block", block});
  }
}

}  // namespace

base::Status ApplyLogConfig(const LogSection& log) {
  base::LogOptions options;
  if (!base::ParseLogLevel(log.level, &options.level)) {
    return base::InvalidArgument("unknown log level (debug, info, warn, error): " + log.level);
  }
  options.format = log.format == "json" ? base::LogFormat::kJson : base::LogFormat::kConsole;
  base::ConfigureLog(std::move(options));
  return base::OkStatus();
}

// Members stand in the order in which they are built; they go in the reverse order.
struct Server::Impl {
  Impl(base::Env& environment, ServerOptions server_options)
      : env(environment),
        options(std::move(server_options)),
        web_pool({.name = "web", .threads = 2, .queue_max = kQueueMax}),
        ingest_pool({.name = "ingest", .threads = 2, .queue_max = kQueueMax}),
        query_pool({.name = "query",
                    .threads = options.config.query.concurrency + kSpareQueryThreads,
                    .queue_max = kQueueMax + options.config.query.queue_max}),
        background_pool({.name = "background", .threads = 2, .queue_max = 10'000}),
        rules_pool({.name = "rules", .threads = 2, .queue_max = 10'000}),
        losses(&registry),
        queries(env, options.config.query, query_pool, registry),
        engine(queries.EngineOptions(options.config)) {}

  base::Status OpenStore();
  void OpenRemoteOut();
  base::Status OpenDoors(const std::shared_ptr<const scrape::PrometheusConfig>& config);
  net::HttpServerOptions DoorOptions(const std::string& name);
  base::Status OpenDoor(const std::string& name, const std::string& address, net::Router router);
  base::Status OpenOwnDoor(Part& part, const std::string& name, const std::string& address);
  Part* OwnerOf(const std::string& door);  // null: an HTTP door
  std::string OwnOtlpUrl() const;
  base::Status WriteDoorsFile();
  base::Status MakeAllParts();
  base::Status PrepareParts(const ServerConfig& config,
                            const std::shared_ptr<const scrape::PrometheusConfig>& prometheus);
  void CommitParts();
  base::Status Flush();
  base::Status Apply(std::shared_ptr<const scrape::PrometheusConfig> config,
                     const ServerConfig& server_config);
  base::Status LoadAndApply();

  base::Env& env;
  ServerOptions options;
  base::Registry registry;
  base::ThreadPool web_pool;
  base::ThreadPool ingest_pool;
  base::ThreadPool query_pool;
  base::ThreadPool background_pool;
  base::ThreadPool rules_pool;
  MemoryTrim memory_trim{env, background_pool, registry};
  ingest::LossCounters losses;
  ingest::Arrivals arrivals{&env.clock()};
  ReloadState reload;
  base::Mutex reload_mutex;  // one reload at a time
  std::unique_ptr<tsdb::Db> db;
  std::unique_ptr<EventStores> events;
  std::unique_ptr<ingest::CountingWriter> trace_writer;
  std::unique_ptr<ingest::CountingWriter> log_writer;
  std::unique_ptr<api::loki::HidingReader> log_reader;
  std::unique_ptr<catalog::Catalog> catalog;
  QueryService queries;
  promql::Engine engine;
  std::unique_ptr<net::HttpClient> client;
  std::unique_ptr<remote_out::RemoteOut> remote_out;  // what everyone writes metrics to
  std::unique_ptr<ingest::RemoteWriteEndpoint> remote_write;
  std::unique_ptr<ingest::OtlpMetricsEndpoint> otlp;
  std::unique_ptr<discovery::DnsResolver> dns;
  std::unique_ptr<scrape::ScrapeManager> scrape;
  std::unique_ptr<ApiSources> sources;
  std::unique_ptr<api::PrometheusApi> api;
  std::unique_ptr<net::EventLoops> loops;
  std::vector<std::unique_ptr<Part>> parts;
  SelfTracing self_tracing;
  std::unique_ptr<api::InnerCalls> inner_calls;
  struct OpenedDoor {
    std::string name;
    std::string address;                      // as bound
    std::unique_ptr<net::HttpServer> server;  // null: the door is a part's own
  };
  std::vector<OpenedDoor> doors;
  std::vector<base::Registry::Handle> handles;
};

base::Status Server::Impl::OpenStore() {
  SB_RETURN_IF_ERROR(env.files().CreateFolders(options.data_folder));
  SB_ASSIGN_OR_RETURN(const base::FileSystem::Space space,
                      env.files().FreeSpace(options.data_folder));
  tsdb::DbOptions db_options;
  db_options.folder = base::JoinPath(options.data_folder, "metrics");
  db_options.retention = options.config.retention.metrics;
  SB_ASSIGN_OR_RETURN(const uint64_t disk_bytes,
                      DiskLimitBytes(options.config.retention.disk, space.total_bytes));
  db_options.retention_bytes = disk_bytes / 3;
  SB_ASSIGN_OR_RETURN(db_options.retention_rules, RetentionRulesOf(options.config.retention));
  SB_ASSIGN_OR_RETURN(db_options.downsample_rules, DownsampleRulesOf(options.config.retention));
  db_options.head.series_max = options.config.storage.series_max;
  db_options.head.out_of_order_window = options.config.storage.out_of_order_window;
  db_options.head.exemplars_max = options.config.storage.exemplars_max;
  tsdb::Db::OpenReport report;
  SB_ASSIGN_OR_RETURN(db, tsdb::Db::Open(env, std::move(db_options), registry, &report));
  LogOpenReport(report);
  db->StartBackground(background_pool);
  // Each store may use a third of the disk limit.
  SB_ASSIGN_OR_RETURN(events,
                      EventStores::Open(env, options, disk_bytes / 3, registry, background_pool));
  trace_writer = std::make_unique<ingest::CountingWriter>(
      &events->traces(), ingest::ArrivalSignal::kTraces, "resource.service.name", &arrivals);
  log_writer = std::make_unique<ingest::CountingWriter>(
      &events->logs(), ingest::ArrivalSignal::kLogs, "service_name", &arrivals);
  log_reader = std::make_unique<api::loki::HidingReader>(&events->logs());
  SB_ASSIGN_OR_RETURN(catalog,
                      catalog::Catalog::Open(env, base::JoinPath(options.data_folder, "catalog")));
  return base::OkStatus();
}

void Server::Impl::OpenRemoteOut() {
  remote_out = std::make_unique<remote_out::RemoteOut>(remote_out::RemoteOut::Parts{
      .env = env,
      .store = *db,
      .client = *client,
      .registry = registry,
      .losses = losses,
      .labels_of = [this](store::SeriesRef ref) { return db->LabelsOf(ref); },
      .metadata = [this] { return db->Metadata(); },
      .folder = base::JoinPath(options.data_folder, "remote_out"),
      .bytes_max = static_cast<uint64_t>(options.config.storage.remote_write_bytes_max.bytes)});
}

base::Status Server::Impl::MakeAllParts() {
  const PartContext context{.env = env,
                            .registry = registry,
                            .losses = losses,
                            .options = options,
                            .ingest_pool = ingest_pool,
                            .query_pool = query_pool,
                            .background_pool = background_pool,
                            .rules_pool = rules_pool,
                            .client = *client,
                            .engine = engine,
                            .metrics = *db,
                            .metric_writes = *remote_out,
                            .catalog = *catalog,
                            .trace_writer = *trace_writer,
                            .trace_reader = events->traces(),
                            .trace_admin = events->traces(),
                            .log_writer = *log_writer,
                            .log_reader = *log_reader,
                            .log_admin = events->logs(),
                            .hidden_logs = *log_reader};
  SB_ASSIGN_OR_RETURN(parts, MakeParts(context));
  return base::OkStatus();
}

base::Status Server::Impl::PrepareParts(
    const ServerConfig& config, const std::shared_ptr<const scrape::PrometheusConfig>& prometheus) {
  for (const std::unique_ptr<Part>& part : parts) {
    SB_RETURN_IF_ERROR(part->Prepare(PartConfig{config, prometheus}));
  }
  return base::OkStatus();
}

void Server::Impl::CommitParts() {
  for (const std::unique_ptr<Part>& part : parts) {
    part->Commit();
  }
}

base::Status Server::Impl::Flush() {
  SB_RETURN_IF_ERROR(db->Flush());
  return events->Flush();
}

// How requests of a door are run and observed.
net::HttpServerOptions Server::Impl::DoorOptions(const std::string& name) {
  net::HttpServerOptions http;
  http.name = name;
  http.executors = {{"", ExecutorOf(web_pool)},
                    {"ingest", ExecutorOf(ingest_pool)},
                    {"query", QueryService::Executor(query_pool)}};
  CountReplies(name, registry, &http);
  if (options.config.self_tracing.enabled) {
    self_tracing.Watch(&http);
  }
  return http;
}

base::Status Server::Impl::OpenDoor(const std::string& name, const std::string& address,
                                    net::Router router) {
  net::HttpServerOptions http = DoorOptions(name);
  http.address = address;
  if (!options.config.tls.cert_file.empty()) {
    http.tls = net::ServerTlsOptions();
    http.tls->cert_file = options.config.tls.cert_file;
    http.tls->key_file = options.config.tls.key_file;
  }
  auto server = std::make_unique<net::HttpServer>(*loops, std::move(http), std::move(router));
  SB_RETURN_IF_ERROR(server->Start().WithPrefix("door " + name));
  SB_LOG(kInfo, "door opened", {"door", name}, {"address", server->bound_address()});
  for (base::Registry::Handle& handle : RegisterServerStats(name, *server, registry)) {
    handles.push_back(std::move(handle));
  }
  doors.push_back({name, server->bound_address(), std::move(server)});
  return base::OkStatus();
}

base::Status Server::Impl::OpenOwnDoor(Part& part, const std::string& name,
                                       const std::string& address) {
  base::Result<std::string> bound = part.OpenDoor(name, address, *loops);
  SB_RETURN_IF_ERROR(bound.status().WithPrefix("door " + name));
  SB_LOG(kInfo, "door opened", {"door", name}, {"address", *bound});
  doors.push_back({name, *std::move(bound), nullptr});
  return base::OkStatus();
}

Part* Server::Impl::OwnerOf(const std::string& door) {
  for (const std::unique_ptr<Part>& part : parts) {
    if (part->OwnsDoor(door)) {
      return part.get();
    }
  }
  return nullptr;
}

base::Status Server::Impl::OpenDoors(
    const std::shared_ptr<const scrape::PrometheusConfig>& config) {
  loops = std::make_unique<net::EventLoops>(net::EventLoops::Options{2, &env});
  net::HttpServerOptions inner = DoorOptions("listen");
  inner_calls = std::make_unique<api::InnerCalls>(api::InnerCalls::Options{
      std::move(inner.executors), &env.clock(), std::move(inner.on_response)});
  RouteParts with{registry, *remote_write, *otlp,        *api,    *sources,
                  arrivals, parts,         *inner_calls, nullptr, nullptr};
  with.reload = [this] { return LoadAndApply(); };
  with.flush = [this] { return Flush(); };
  net::Router main_routes = MainRoutes(with);
  const auto copy = std::make_shared<net::Router>();
  copy->Mount("", main_routes);
  inner_calls->Use(copy);
  for (const std::unique_ptr<Part>& part : parts) {
    part->UseMainRoutes(copy);
  }
  SB_RETURN_IF_ERROR(OpenDoor("listen", options.listen, std::move(main_routes)));
  for (const auto& [name, address] : options.doors) {
    Part* owner = OwnerOf(name);
    SB_RETURN_IF_ERROR(owner != nullptr ? OpenOwnDoor(*owner, name, address)
                                        : OpenDoor(name, address, DoorRoutes(name, with)));
  }
  SB_RETURN_IF_ERROR(Apply(config, options.config));
  for (const std::unique_ptr<Part>& part : parts) {
    SB_RETURN_IF_ERROR(part->Start());
  }
  if (options.config.self_tracing.enabled) {
    self_tracing.Start(options.config.self_tracing, OwnOtlpUrl(), registry);
  }
  return WriteDoorsFile();
}

// Without TLS: with it, self_tracing.endpoint must be given.
std::string Server::Impl::OwnOtlpUrl() const {
  for (const OpenedDoor& door : doors) {
    if (door.name == "otlp-http") {
      return "http://" + ReachableAddress(door.address);
    }
  }
  return "http://" + ReachableAddress(doors.front().address) + "/otlp";
}

// Scripts that let the kernel choose the ports find them here.
base::Status Server::Impl::WriteDoorsFile() {
  api::JsonWriter json;
  json.BeginObject();
  for (const OpenedDoor& door : doors) {
    json.Key(door.name).String(ReachableAddress(door.address));
  }
  json.EndObject();
  return base::WriteFileAtomically(env.files(), base::JoinPath(options.data_folder, "doors.json"),
                                   std::move(json).Take() + "\n");
}

base::Status Server::Impl::Apply(std::shared_ptr<const scrape::PrometheusConfig> config,
                                 const ServerConfig& server_config) {
  SB_ASSIGN_OR_RETURN(auto jobs, JobsToRun(env.files(), *config, server_config.self_scrape,
                                           ReachableAddress(doors.front().address),
                                           !options.config.tls.cert_file.empty()));
  SB_ASSIGN_OR_RETURN(auto retention_rules, RetentionRulesOf(server_config.retention));
  SB_ASSIGN_OR_RETURN(auto downsample_rules, DownsampleRulesOf(server_config.retention));
  SB_ASSIGN_OR_RETURN(auto destinations, remote_out::RemoteOut::SettingsOf(*config));
  // Before the first scrape: what comes in is sent on.
  SB_RETURN_IF_ERROR(remote_out->Apply(std::move(destinations)));
  SB_RETURN_IF_ERROR(scrape->Apply(jobs));
  db->SetRetentionRules(std::move(retention_rules));
  db->SetDownsampleRules(std::move(downsample_rules));
  events->SetLogRules(server_config.retention);
  SB_RETURN_IF_ERROR(queries.OpenLog(server_config, *config));
  otlp->Configure(ingest::TranslationOf(config->otlp));
  for (const std::string& notice : config->notices) {
    SB_LOG(kWarn, "configuration is read but not executed", {"what", notice});
  }
  reload.Applied(std::move(config), env.clock().NowMs().Value());
  return base::OkStatus();
}

base::Status Server::Impl::LoadAndApply() {
  base::MutexLock lock(reload_mutex);
  const auto attempt = [this]() -> base::Status {
    ServerConfig fresh = options.config;
    if (!options.config_file.empty()) {
      SB_ASSIGN_OR_RETURN(fresh, LoadServerConfig(env.files(), options.config_file));
    }
    SB_ASSIGN_OR_RETURN(auto prometheus, LoadPrometheusConfig(env.files(), fresh));
    if (!options.config.tls.cert_file.empty()) {
      for (const OpenedDoor& door : doors) {
        if (door.server != nullptr) {
          SB_RETURN_IF_ERROR(door.server->ReloadCertificates().WithPrefix("door " + door.name));
        }
      }
    }
    SB_RETURN_IF_ERROR(PrepareParts(fresh, prometheus));
    SB_RETURN_IF_ERROR(Apply(std::move(prometheus), fresh));
    CommitParts();
    for (const std::string& name : ChangesThatNeedRestart(options.config, fresh)) {
      SB_LOG(kWarn, "option changed, the new value holds after a restart", {"option", name});
    }
    return options.log_level_from_flag ? base::OkStatus() : ApplyLogConfig(fresh.log);
  };
  const base::Status status = attempt();
  if (status.ok()) {
    SB_LOG(kInfo, "configuration reloaded");
  } else {
    SB_LOG(kError, "configuration not reloaded, the old one stays", {"error", status.message()});
    reload.Refused(std::string(status.message()));
  }
  return status;
}

Server::Server(base::Env& env, ServerOptions options)
    : impl_(std::make_unique<Impl>(env, std::move(options))) {}

Server::~Server() = default;

base::Status Server::Start() {
  Impl& s = *impl_;
  SB_LOG(kInfo, "signalbox starts", {"version", Version()}, {"revision", Revision()});
  // The configuration is read before anything is opened: a bad one must not leave traces.
  SB_ASSIGN_OR_RETURN(const auto config, LoadPrometheusConfig(s.env.files(), s.options.config));
  SB_RETURN_IF_ERROR(s.OpenStore());
  s.handles = RegisterProcessMetrics(s.env, s.registry);
  s.handles.push_back(s.registry.AddCallback(
      base::InstrumentKind::kGauge, "signalbox_config_last_reload_successful",
      "Whether the last configuration reload attempt was successful.", {},
      [&s] { return s.reload.outcome().ok ? 1.0 : 0.0; }));
  s.handles.push_back(s.registry.AddCallback(
      base::InstrumentKind::kGauge, "signalbox_config_last_reload_success_timestamp_seconds",
      "Time of the last successful configuration reload.", {},
      [&s] { return static_cast<double>(s.reload.outcome().time_ms) / 1000; }));
  net::HttpClient::Options client_options;
  client_options.env = &s.env;
  client_options.user_agent = "Signalbox/" + std::string(Version());
  s.client = std::make_unique<net::HttpClient>(std::move(client_options));
  s.OpenRemoteOut();
  ingest::RemoteWriteOptions write_options;
  write_options.arrivals = &s.arrivals;
  s.remote_write = std::make_unique<ingest::RemoteWriteEndpoint>(
      s.remote_out.get(), &s.env, &s.losses, &s.registry, std::move(write_options));
  ingest::OtlpMetricsOptions otlp_options;
  otlp_options.arrivals = &s.arrivals;
  s.otlp = std::make_unique<ingest::OtlpMetricsEndpoint>(s.remote_out.get(), &s.env, &s.losses,
                                                         &s.registry, std::move(otlp_options));
  s.dns = std::make_unique<discovery::SystemDnsResolver>();
  s.scrape = std::make_unique<scrape::ScrapeManager>(scrape::ScrapeManagerOptions{
      .env = s.env,
      .ingest = s.ingest_pool,
      .background = s.background_pool,
      .http = *s.client,
      .dns = *s.dns,
      .store = *s.remote_out,
      .registry = s.registry,
      .losses = s.losses,
      .user_agent = "",
      .offset_seed = scrape::OffsetSeedOf(HostName(), config->global.external_labels),
      .arrivals = &s.arrivals});
  s.sources = std::make_unique<ApiSources>(
      ApiSources::Parts{s.env, s.options, s.registry, s.reload, *s.db, *s.scrape});
  s.api = std::make_unique<api::PrometheusApi>(
      ApiOptionsOf(s.options.config),
      api::PrometheusApi::Dependencies{s.env.clock(), *s.db, s.engine, *s.sources, *s.sources,
                                       s.queries.desk(), s.queries.log(), s.sources.get(),
                                       &s.env.files()});
  SB_RETURN_IF_ERROR(s.MakeAllParts());
  SB_RETURN_IF_ERROR(s.PrepareParts(s.options.config, config));
  s.CommitParts();
  SB_RETURN_IF_ERROR(s.OpenDoors(config));
  s.sources->SetReady(true);
  SB_LOG(kInfo, "ready");
  return base::OkStatus();
}

base::Status Server::Stop() {
  Impl& s = *impl_;
  s.sources->SetReady(false);
  s.queries.desk().Close();
  s.self_tracing.Stop();  // what it still holds goes through a door
  for (Impl::OpenedDoor& door : s.doors) {
    if (door.server == nullptr) {
      continue;
    }
    if (const base::Status status = door.server->Stop(kDrainMs); !status.ok()) {
      SB_LOG(kWarn, "requests were cut at the end", {"door", door.name},
             {"detail", status.message()});
    }
  }
  s.scrape.reset();
  for (auto part = s.parts.rbegin(); part != s.parts.rend(); ++part) {
    (*part)->Stop();
  }
  s.remote_out->Stop();
  s.rules_pool.Shutdown();
  s.web_pool.Shutdown();
  s.ingest_pool.Shutdown();
  s.query_pool.Shutdown();
  const base::Status events_closed = s.events->Close();
  const base::Status closed = s.db->Close();
  SB_LOG(kInfo, "stopped");
  return closed.ok() ? events_closed : closed;
}

base::Status Server::Reload() {
  return impl_->LoadAndApply();
}

}  // namespace sb::server
