// SPDX-License-Identifier: Apache-2.0
#include "ingest/collector/collector_plan.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "config/error_list.h"
#include "ingest/connectors/count_config.h"
#include "ingest/connectors/service_graph_config.h"
#include "ingest/connectors/span_metrics_config.h"
#include "ingest/pipeline/observed_sink.h"
#include "ingest/processors/attribute_actions.h"
#include "ingest/processors/filter_processor.h"
#include "ingest/processors/probabilistic_sampler.h"
#include "ingest/processors/tail_sampler.h"
#include "ingest/processors/transform_processor.h"

namespace sb::ingest {

using config::ErrorList;

struct CollectorPlan::Parts {
  std::vector<std::unique_ptr<SpanSink>> sinks;  // later ones use earlier ones
  std::vector<SpanSink*> pipelines;
  std::vector<TailSampler*> tail_samplers;
  std::vector<std::unique_ptr<SpanMetrics>> span_metrics;
  std::vector<std::unique_ptr<ServiceGraph>> service_graphs;
};

namespace {

// Takes what was already shown to connectors and is stored nowhere else.
class EndSink final : public SpanSink {
 public:
  SpanWriteResult Write(std::string_view) override { return {}; }
};

bool IsSampler(const CollectorComponent& component) {
  return component.type == "probabilistic_sampler" || component.type == "tail_sampling";
}

}  // namespace

// Builds the pipelines from their ends.
class CollectorPlan::Builder {
 public:
  Builder(const CollectorFile& file, SpanSink* store, const base::Clock* clock,
          LossCounters* losses)
      : file_(file), store_(store), clock_(clock), losses_(losses), errors_(file.path) {}

  base::Result<std::unique_ptr<CollectorPlan>> Build() {
    plan_.reset(new CollectorPlan());
    Report();
    for (const CollectorPipeline& pipeline : file_.pipelines) {
      if (pipeline.signal == "traces") {
        BuildPipeline(pipeline);
      }
    }
    if (!stores_) {
      plan_->parts_->pipelines.push_back(store_);
    }
    SB_RETURN_IF_ERROR(errors_.ToStatus());
    return std::move(plan_);
  }

 private:
  void Report() {
    for (const CollectorComponent& component : file_.components) {
      std::vector<std::string> signals;
      for (const CollectorPipeline& pipeline : file_.pipelines) {
        for (const auto* names : {&pipeline.receivers, &pipeline.processors, &pipeline.exporters}) {
          if (std::find(names->begin(), names->end(), component.id) != names->end()) {
            signals.push_back(pipeline.signal);
          }
        }
      }
      verdicts_[&component] = plan_->report_.size();
      plan_->report_.push_back(VerdictOf(file_, component, signals));
    }
  }
  void AddNotice(const CollectorComponent& component, const std::string& notice) {
    plan_->report_[verdicts_[&component]].text += "; " + notice;
  }

  template <typename T>
  T* Own(std::unique_ptr<T> sink) {
    T* const borrowed = sink.get();
    plan_->parts_->sinks.push_back(std::move(sink));
    return borrowed;
  }

  // Defaults if the component has no configuration.
  template <typename Config>
  Config Read(const CollectorComponent& component) {
    Config config;
    if (!component.config->IsNull()) {
      OptionsOf(&config).Read(*component.config, &config, errors_);
    }
    return config;
  }
  template <typename T>
  T Take(base::Result<T> made, const CollectorComponent& component) {
    if (made.ok()) {
      return *std::move(made);
    }
    errors_.Add(component.position, std::string(made.status().message()));
    return T();
  }

  std::unique_ptr<SpanProcessor> MakeProcessor(const CollectorComponent& component) {
    if (component.type == "attributes") {
      return MakeAttributesProcessor(Read<AttributesConfig>(component), AttributePlace::kSpan);
    }
    if (component.type == "resource") {
      return MakeAttributesProcessor(Read<AttributesConfig>(component), AttributePlace::kResource);
    }
    if (component.type == "filter") {
      return Take(MakeFilterProcessor(Read<FilterConfig>(component), losses_), component);
    }
    if (component.type == "transform") {
      return Take(MakeTransformProcessor(Read<TransformConfig>(component)), component);
    }
    if (component.type == "probabilistic_sampler") {
      return MakeProbabilisticSampler(Read<ProbabilisticConfig>(component), losses_);
    }
    return nullptr;  // mapped or refused, as the report says
  }

  SpanSink* BeforeSink(std::vector<std::unique_ptr<SpanProcessor>> processors, SpanSink* next) {
    return processors.empty() ? next
                              : Own(std::make_unique<ProcessorChain>(std::move(processors), next));
  }

  SpanSink* MakeTailSampler(const CollectorComponent& component, SpanSink* next) {
    const auto config = Read<TailSamplingConfig>(component);
    if (!errors_.empty()) {
      return next;
    }
    auto policies = MakeTailPolicies(config);
    if (!policies.ok()) {
      errors_.Add(component.position, std::string(policies.status().message()));
      return next;
    }
    TailSampler::Options options;
    options.wait_ms = config.decision_wait.Ms();
    options.traces_max = static_cast<size_t>(std::max<int64_t>(config.num_traces, 1));
    auto* sampler =
        Own(std::make_unique<TailSampler>(options, *std::move(policies), next, clock_, losses_));
    plan_->parts_->tail_samplers.push_back(sampler);
    return sampler;
  }

  SpanObserver* MakeConnector(const CollectorComponent& component) {
    if (component.type == "servicegraph" || component.type == "service_graph") {
      plan_->parts_->service_graphs.push_back(std::make_unique<ServiceGraph>(
          OptionsFrom(Read<ServiceGraphConfig>(component)), clock_, losses_));
      return plan_->parts_->service_graphs.back().get();
    }
    std::vector<std::string> notices;
    SpanMetricsOptions options;
    if (component.type == "spanmetrics" || component.type == "span_metrics") {
      options = OptionsFrom(Read<SpanMetricsConfig>(component), &notices);
    } else if (component.type == "count") {
      options = OptionsFrom(Read<CountConfig>(component), &notices);
    } else {
      return nullptr;
    }
    for (const std::string& notice : notices) {
      AddNotice(component, notice);
    }
    plan_->parts_->span_metrics.push_back(
        std::make_unique<SpanMetrics>(std::move(options), clock_, losses_));
    return plan_->parts_->span_metrics.back().get();
  }

  // A connector that several pipelines export to is one.
  SpanObserver* Connector(const CollectorComponent& component) {
    const auto known = connectors_.find(&component);
    return known != connectors_.end() ? known->second
                                      : connectors_[&component] = MakeConnector(component);
  }

  // A receiver of several pipelines is one, as all of them see every span.
  void AddReceivers(const CollectorPipeline& pipeline) {
    for (const std::string& name : pipeline.receivers) {
      const auto* receiver = file_.Find(ComponentKind::kReceiver, name);
      if (receiver != nullptr && receiver->type == "kafka" && kafka_.insert(receiver).second) {
        plan_->kafka_.push_back(Take(OptionsFrom(Read<KafkaReceiverConfig>(*receiver)), *receiver));
      }
    }
  }

  void BuildPipeline(const CollectorPipeline& pipeline) {
    AddReceivers(pipeline);
    std::vector<SpanObserver*> observers;
    bool stores = false;
    for (const std::string& name : pipeline.exporters) {
      if (const auto* connector = file_.Find(ComponentKind::kConnector, name)) {
        if (SpanObserver* observer = Connector(*connector)) {
          observers.push_back(observer);
        }
      } else if (const auto* exporter = file_.Find(ComponentKind::kExporter, name)) {
        stores |=
            exporter->type != "nop" && exporter->type != "debug" && exporter->type != "logging";
      }
    }
    stores_ |= stores;
    SpanSink* sink = stores ? store_ : Own(std::make_unique<EndSink>());
    std::vector<std::unique_ptr<SpanProcessor>> changers;
    for (auto at = pipeline.processors.rbegin(); at != pipeline.processors.rend(); ++at) {
      const CollectorComponent& component = *file_.Find(ComponentKind::kProcessor, *at);
      if (component.type == "tail_sampling") {
        sink = MakeTailSampler(component, sink);
        continue;
      }
      std::unique_ptr<SpanProcessor> processor = MakeProcessor(component);
      if (processor != nullptr && IsSampler(component)) {
        std::vector<std::unique_ptr<SpanProcessor>> one;
        one.push_back(std::move(processor));
        sink = BeforeSink(std::move(one), sink);
      } else if (processor != nullptr) {
        changers.insert(changers.begin(), std::move(processor));
      }
    }
    if (!observers.empty()) {
      sink = Own(std::make_unique<ObservedSink>(sink, std::move(observers)));
    }
    plan_->parts_->pipelines.push_back(BeforeSink(std::move(changers), sink));
  }

  const CollectorFile& file_;
  SpanSink* const store_;
  const base::Clock* const clock_;
  LossCounters* const losses_;
  ErrorList errors_;
  std::unique_ptr<CollectorPlan> plan_;
  std::map<const CollectorComponent*, size_t> verdicts_;
  std::map<const CollectorComponent*, SpanObserver*> connectors_;
  std::set<const CollectorComponent*> kafka_;
  bool stores_ = false;
};

CollectorPlan::CollectorPlan() : parts_(std::make_unique<Parts>()) {}
CollectorPlan::~CollectorPlan() = default;

base::Result<std::unique_ptr<CollectorPlan>> CollectorPlan::Create(const CollectorFile& file,
                                                                   SpanSink* store,
                                                                   const base::Clock* clock,
                                                                   LossCounters* losses) {
  return Builder(file, store, clock, losses).Build();
}

// A pipeline that fails makes the sender come again; what another one stored then is stored once,
// because equal spans are one.
SpanWriteResult CollectorPlan::Write(std::string_view request) {
  SpanWriteResult all;
  for (SpanSink* pipeline : parts_->pipelines) {
    SpanWriteResult result = pipeline->Write(request);
    if (!result.status.ok()) {
      return result;
    }
    all.accepted = std::max(all.accepted, result.accepted);
    if (result.rejected > all.rejected) {
      all.rejected = result.rejected;
      all.message = std::move(result.message);
    }
  }
  return all;
}

void CollectorPlan::Flush(store::AppenderFactory* metrics) {
  for (TailSampler* sampler : parts_->tail_samplers) {
    sampler->Tick();
  }
  for (const auto& connector : parts_->span_metrics) {
    connector->Flush(metrics);
  }
  for (const auto& connector : parts_->service_graphs) {
    connector->Flush(metrics);
  }
}

void CollectorPlan::Finish(store::AppenderFactory* metrics) {
  for (TailSampler* sampler : parts_->tail_samplers) {
    sampler->DecideAll();
  }
  Flush(metrics);
}

}  // namespace sb::ingest
