// SPDX-License-Identifier: Apache-2.0
#include "server/rules_part.h"

#include <algorithm>
#include <utility>

#include "alert/rules/rule_loader.h"
#include "base/log.h"
#include "ingest/scrape/global_config.h"
#include "query/promql/engine.h"
#include "server/environment.h"
#include "server/server.h"
#include "store/tsdb/db/db.h"

namespace sb::server {
namespace {

base::TimestampNs Ns(int64_t time_ms) {
  return base::ToNs(base::TimestampMs(time_ms));
}

notify::PostedAlert ToPosted(const rules::OutgoingAlert& alert) {
  notify::PostedAlert posted;
  posted.labels = alert.labels;
  std::vector<model::Label> annotations;
  for (const auto& [name, value] : alert.annotations) {
    annotations.push_back({name, value});
  }
  posted.annotations = model::LabelSet::FromLabels(std::move(annotations));
  posted.starts_at = Ns(alert.starts_at_ms);
  posted.ends_at = Ns(alert.ends_at_ms);
  posted.generator_url = alert.generator_url;
  return posted;
}

}  // namespace

// To the built-in manager and to the external Alertmanagers, with external labels and relabelling.
class RulesPart::Fanout final : public rules::AlertSink {
 public:
  Fanout(alert::AlertSink* maybe_alerts, rules::AlertmanagerSender& sender)
      : maybe_alerts_(maybe_alerts), sender_(sender) {}

  void Configure(rules::LabelMap external_labels, model::RelabelRules relabel) {
    base::MutexLock lock(mutex_);
    external_labels_ = std::move(external_labels);
    relabel_ = std::move(relabel);
  }

  void Send(const std::vector<rules::OutgoingAlert>& alerts) override {
    std::vector<rules::OutgoingAlert> out;
    {
      base::MutexLock lock(mutex_);
      out = rules::ForSending(alerts, external_labels_, relabel_);
    }
    if (out.empty()) {
      return;
    }
    sender_.Send(out);
    if (maybe_alerts_ == nullptr) {
      return;
    }
    std::vector<notify::PostedAlert> posted;
    for (const rules::OutgoingAlert& alert : out) {
      posted.push_back(ToPosted(alert));
    }
    if (const base::Status put = maybe_alerts_->Put(std::move(posted)); !put.ok()) {
      SB_LOG_EVERY(30, kError, "the alert manager refuses alerts of rules", {"why", put.message()});
    }
  }

 private:
  alert::AlertSink* const maybe_alerts_;
  rules::AlertmanagerSender& sender_;
  base::Mutex mutex_;
  rules::LabelMap external_labels_ SB_GUARDED_BY(mutex_);
  model::RelabelRules relabel_ SB_GUARDED_BY(mutex_);
};

RulesPart::RulesPart(const PartContext& context, alert::AlertSink* maybe_alerts,
                     UseRouting use_routing)
    : context_(context),
      use_routing_(std::move(use_routing)),
      promql_(context.engine, context.env.clock()),
      logql_(context.log_reader, context.env.clock()),
      traceql_(context.trace_reader, context.env.clock()) {
  sender_ = std::make_unique<rules::AlertmanagerSender>(rules::AlertmanagerSender::Parts{
      context.env, context.background_pool, context.client, dns_, context.registry});
  fanout_ = std::make_unique<Fanout>(maybe_alerts, *sender_);
  manager_ = std::make_unique<rules::RuleManager>(
      rules::RuleManager::Parts{.clock = context.env.clock(),
                                .appender = context.metric_writes,
                                .querier = context.metrics,
                                .maybe_sink = fanout_.get(),
                                .registry = context.registry,
                                .pool = context.rules_pool});
  stored_ = std::make_unique<rules::StoredRules>(
      context.catalog, std::vector<const rules::ExpressionLanguage*>{&promql_, &logql_, &traceql_});
  api_ = std::make_unique<api::RulesApi>(api::RulesApi::Dependencies{
      .clock = context.env.clock(),
      .rules = *manager_,
      .alertmanagers = [this] { return sender_->Alertmanagers(); },
      .stored = *stored_,
      .apply_stored = [this] { return ApplyStored(); },
      .metrics = context.metrics,
      .promql = promql_,
      .keep_history = [this](const rules::MemoryStore& written) { return KeepHistory(written); },
      .more_languages = {&logql_, &traceql_}});
  grafana_ = std::make_unique<provisioning::AlertingStore>(context.env, context.catalog);
  grafana_api_ = std::make_unique<provisioning::AlertingApi>(
      *grafana_, [this](const std::string&) { ApplyGrafana(); });
  slos_ = std::make_unique<slo::SloService>(
      slo::SloService::Parts{context.env, context.metrics, context.engine, context.catalog});
  slo_api_ = std::make_unique<api::SloApi>(api::SloApi::Dependencies{
      context.env, *slos_, context.metrics, context.engine, [this] { ApplySlos(); }});
  measuring_ = std::make_unique<base::TaskRunner>(context.background_pool);
}

RulesPart::~RulesPart() = default;

namespace {

// The files of PROVISIONING/alerting; none if there is no such folder.
base::Result<std::vector<std::pair<std::string, std::string>>> ReadAlertingFiles(
    base::FileSystem& files, const std::string& provisioning) {
  std::vector<std::pair<std::string, std::string>> texts;
  const std::string folder = base::JoinPath(provisioning, "alerting");
  if (provisioning.empty() || !files.Exists(folder)) {
    return texts;
  }
  SB_ASSIGN_OR_RETURN(const std::vector<std::string> names, files.List(folder));
  for (const std::string& name : names) {
    if (name.ends_with(".yaml") || name.ends_with(".yml") || name.ends_with(".json")) {
      const std::string path = base::JoinPath(folder, name);
      SB_ASSIGN_OR_RETURN(std::string text, files.ReadFile(path));
      texts.emplace_back(path, std::move(text));
    }
  }
  return texts;
}

}  // namespace

rules::RuleSettings RulesPart::SettingsOf(const PartConfig& config) const {
  const scrape::GlobalConfig& global = config.prometheus->global;
  rules::RuleSettings settings;
  settings.interval_ms = global.evaluation_interval.Value();
  settings.query_offset_ms = global.rule_query_offset.Value();
  settings.templates.external_labels = global.external_labels;
  settings.templates.external_url = "http://" + context_.options.listen;
  settings.templates.query = [this](const std::string& query,
                                    int64_t time_ms) -> base::Result<query::InstantVector> {
    SB_ASSIGN_OR_RETURN(const auto expression, promql_.Parse(query));
    return expression->Evaluate(context_.metrics, time_ms);
  };
  return settings;
}

base::Status RulesPart::Prepare(const PartConfig& config) {
  auto prepared = std::make_unique<Prepared>();
  const scrape::PrometheusConfig& prometheus = *config.prometheus;
  prepared->names = scrape::NameValidationOf(prometheus.global.metric_name_validation_scheme);
  prepared->settings = SettingsOf(config);
  prepared->built_in = config.server.rules.built_in;
  SB_ASSIGN_OR_RETURN(prepared->groups,
                      rules::LoadRuleFiles(context_.env.files(), prometheus.rule_files, promql_,
                                           {.names = prepared->names}));
  prepared->alertmanagers = prometheus.alerting.alertmanagers;
  SB_ASSIGN_OR_RETURN(
      prepared->relabel,
      model::RelabelRules::Create(prometheus.alerting.alert_relabel_configs, prepared->names));
  SB_ASSIGN_OR_RETURN(prepared->slos,
                      slo::LoadSloFiles(context_.env.files(), config.server.slo.files));
  SB_ASSIGN_OR_RETURN(prepared->alerting_files,
                      ReadAlertingFiles(context_.env.files(), config.server.grafana.provisioning));
  // Read once on the side: a mistake must be found before anything changes.
  provisioning::AlertingStore trial(context_.env, context_.catalog);
  SB_RETURN_IF_ERROR(trial.SetFiles(prepared->alerting_files, ProcessEnvironment()));
  prepared_ = std::move(prepared);
  return base::OkStatus();
}

void RulesPart::Commit() {
  // At the start, rules wait until all doors are open.
  if (started_ && prepared_ != nullptr) {
    PutInForce(std::move(*prepared_));
    prepared_.reset();
  }
}

void RulesPart::PutInForce(Prepared prepared) {
  fanout_->Configure(prepared.settings.templates.external_labels, std::move(prepared.relabel));
  if (const base::Status applied = sender_->Apply(prepared.alertmanagers, prepared.names);
      !applied.ok()) {
    SB_LOG(kError, "Alertmanagers not changed", {"error", applied.message()});
  }
  manager_->Configure(std::move(prepared.settings));
  manager_->Apply("files", std::move(prepared.groups));
  manager_->Apply("built-in", prepared.built_in ? rules::BuiltInRules(promql_)
                                                : std::vector<rules::GroupDefinition>());
  if (const base::Status stored = ApplyStored(); !stored.ok()) {
    SB_LOG(kError, "stored rules not read", {"error", stored.message()});
  }
  for (const std::string& notice : prepared.slos.notices) {
    SB_LOG(kWarn, "configuration is read but not executed", {"what", notice});
  }
  slos_->SetFiles(std::move(prepared.slos));
  ApplySlos();
  if (const base::Status set = grafana_->SetFiles(prepared.alerting_files, ProcessEnvironment());
      !set.ok()) {
    SB_LOG(kError, "alerting files of Grafana not changed", {"error", set.message()});
  }
  ApplyGrafana();
}

void RulesPart::ApplyGrafana() {
  base::MutexLock lock(stored_mutex_);
  manager_->Apply("grafana", grafana_->Compile(context_.engine));
  if (const base::Status used = use_routing_(grafana_->AlertmanagerYaml()); !used.ok()) {
    SB_LOG(kError, "contact points and policies of Grafana are not in force",
           {"error", used.message()});
  }
}

void RulesPart::ApplySlos() {
  base::MutexLock lock(stored_mutex_);
  std::vector<rules::GroupDefinition> groups;
  for (const slo::SloRules& rules : slos_->Rules()) {
    for (const rules::RuleGroupSpec& spec : rules.groups) {
      auto group = rules::CompileGroup(promql_, rules.file, "slo", spec);
      if (group.ok()) {
        groups.push_back(std::move(group).value());
      } else {
        SB_LOG(kError, "a rule of an SLO cannot be evaluated", {"file", rules.file},
               {"error", group.status().message()});
      }
    }
  }
  manager_->Apply("slo", std::move(groups));
  // A full queue only means that the next round measures.
  (void)measuring_->Post([this] { slos_->Refresh(); });
}

base::Status RulesPart::KeepHistory(const rules::MemoryStore& written) {
  std::vector<tsdb::HistorySeries> series;
  for (const auto& entry : written.entries()) {
    series.push_back({entry->labels, &entry->columns});
  }
  std::sort(series.begin(), series.end(),
            [](const auto& a, const auto& b) { return a.labels < b.labels; });
  return context_.metrics.AddHistory(series);
}

base::Status RulesPart::ApplyStored() {
  base::MutexLock lock(stored_mutex_);
  SB_ASSIGN_OR_RETURN(auto groups, stored_->Compile());
  manager_->Apply("api", std::move(groups));
  return base::OkStatus();
}

base::Status RulesPart::Start() {
  started_ = true;
  SB_RETURN_IF_ERROR(slos_->LoadStored());
  Commit();
  manager_->FinishStart();
  measuring_->PostEvery(base::ToNs(base::Minutes(1)), [this] { slos_->Refresh(); });
  return base::OkStatus();
}

void RulesPart::Stop() {
  measuring_->Shutdown();
  manager_->Stop();
}

void RulesPart::AddRoutes(std::string_view door, net::Router* router) {
  // The door of Prometheus has all that "listen" has, and its own paths at the root.
  if (door == "listen") {
    api_->AddPrometheusRoutes("/prometheus", router);
    api_->AddSignalboxRoutes(router);
    api_->AddLokiRoutes("/loki", router);
    api_->AddTempoRoutes("/tempo", router);
    slo_api_->AddRoutes(router);
    grafana_api_->AddRoutes(router);
  } else if (door == "prometheus") {
    api_->AddPrometheusRoutes("", router);
  } else if (door == "loki") {
    api_->AddLokiRoutes("", router);
  } else if (door == "tempo") {
    api_->AddTempoRoutes("", router);
  }
}

}  // namespace sb::server
