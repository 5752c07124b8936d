// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/filter_processor.h"

#include <utility>

#include "base/log.h"
#include "ingest/processors/ottl.h"

namespace sb::ingest {

using config::OptionTable;

namespace {

void CheckFilter(const config::Node& node, FilterConfig* filter, config::ErrorList& errors) {
  OttlErrorMode mode;
  if (!ParseOttlErrorMode(filter->error_mode, &mode)) {
    errors.Add(node, "unknown error_mode (propagate, ignore, silent): " + filter->error_mode);
  }
}

class FilterProcessor final : public SpanProcessor {
 public:
  struct Conditions {
    std::vector<OttlExpr> resource;
    std::vector<OttlExpr> span;
    std::vector<OttlExpr> event;
  };
  FilterProcessor(Conditions conditions, const FilterSpansConfig& spans, OttlErrorMode mode,
                  LossCounters* losses)
      : conditions_(std::move(conditions)), mode_(mode), losses_(losses) {
    if (spans.include.has_value()) {
      include_.emplace(*spans.include);
    }
    if (spans.exclude.has_value()) {
      exclude_.emplace(*spans.exclude);
    }
  }

  base::Status Process(TraceRecord* record) override {
    base::Status failure;
    uint64_t dropped = 0;
    for (ResourceRecord& resource : record->resources) {
      const bool whole = AnyHolds(conditions_.resource, {&resource}, &failure);
      for (ScopeRecord& scope : resource.scopes) {
        dropped += std::erase_if(scope.spans, [&](SpanRecord& span) {
          return span.raw.empty() && (whole || Drops(&resource, &scope, &span, &failure));
        });
      }
    }
    SB_RETURN_IF_ERROR(failure);
    losses_->Add(LossReason::kSpanFiltered, dropped);
    return base::OkStatus();
  }

 private:
  bool AnyHolds(const std::vector<OttlExpr>& conditions, const OttlTarget& target,
                base::Status* failure) const {
    for (const OttlExpr& condition : conditions) {
      const auto holds = Holds(condition, target);
      if (holds.ok() ? *holds : Fails(holds.status(), failure)) {
        return holds.ok();
      }
    }
    return false;
  }
  // Whether the failure ends the look at the conditions.
  bool Fails(const base::Status& status, base::Status* failure) const {
    if (mode_ == OttlErrorMode::kPropagate) {
      *failure = status;
      return true;
    }
    if (mode_ == OttlErrorMode::kIgnore) {
      SB_LOG_EVERY(60, kWarn, "a condition of a filter failed", {"error", status.message()});
    }
    return false;
  }
  bool Drops(ResourceRecord* resource, ScopeRecord* scope, SpanRecord* span,
             base::Status* failure) const {
    if ((include_.has_value() && !include_->Matches(*resource, *span)) ||
        (exclude_.has_value() && exclude_->Matches(*resource, *span))) {
      return true;
    }
    if (!conditions_.event.empty()) {
      std::erase_if(span->events, [&](EventRecord& event) {
        return AnyHolds(conditions_.event, {resource, scope, span, &event}, failure);
      });
    }
    return AnyHolds(conditions_.span, {resource, scope, span}, failure);
  }

  const Conditions conditions_;
  const OttlErrorMode mode_;
  LossCounters* const losses_;
  std::optional<SpanMatcher> include_;
  std::optional<SpanMatcher> exclude_;
};

base::Result<std::vector<OttlExpr>> Parsed(const std::vector<std::string>& texts,
                                           OttlContext context) {
  std::vector<OttlExpr> conditions;
  for (const std::string& text : texts) {
    SB_ASSIGN_OR_RETURN(OttlExpr condition, ParseOttlCondition(text, context));
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

}  // namespace

const OptionTable<FilterTracesConfig>& OptionsOf(const FilterTracesConfig*) {
  static const auto table = OptionTable<FilterTracesConfig>("filter.traces")
                                .Add("resource", &FilterTracesConfig::resource)
                                .Add("span", &FilterTracesConfig::span)
                                .Add("spanevent", &FilterTracesConfig::spanevent);
  return table;
}

const OptionTable<FilterSpansConfig>& OptionsOf(const FilterSpansConfig*) {
  static const auto table = OptionTable<FilterSpansConfig>("filter.spans")
                                .Add("include", &FilterSpansConfig::include)
                                .Add("exclude", &FilterSpansConfig::exclude);
  return table;
}

const OptionTable<FilterConfig>& OptionsOf(const FilterConfig*) {
  using C = FilterConfig;
  static const auto table = OptionTable<C>("filter")
                                .Add("error_mode", &C::error_mode)
                                .Add("traces", &C::traces)
                                .Add("spans", &C::spans)
                                .Add("metrics", &C::metrics)
                                .Add("logs", &C::logs)
                                .Add("profiles", &C::profiles)
                                .Check(&CheckFilter);
  return table;
}

base::Result<std::unique_ptr<SpanProcessor>> MakeFilterProcessor(const FilterConfig& config,
                                                                 LossCounters* losses) {
  FilterProcessor::Conditions conditions;
  SB_ASSIGN_OR_RETURN(conditions.resource, Parsed(config.traces.resource, OttlContext::kResource));
  SB_ASSIGN_OR_RETURN(conditions.span, Parsed(config.traces.span, OttlContext::kSpan));
  SB_ASSIGN_OR_RETURN(conditions.event, Parsed(config.traces.spanevent, OttlContext::kSpanEvent));
  OttlErrorMode mode = OttlErrorMode::kPropagate;
  ParseOttlErrorMode(config.error_mode, &mode);
  return std::unique_ptr<SpanProcessor>(
      std::make_unique<FilterProcessor>(std::move(conditions), config.spans, mode, losses));
}

}  // namespace sb::ingest
