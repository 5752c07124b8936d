// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/transform_processor.h"

#include <utility>

#include "base/log.h"
#include "ingest/processors/ottl.h"

namespace sb::ingest {

using config::OptionTable;

namespace {

void CheckTransform(const config::Node& node, TransformConfig* transform,
                    config::ErrorList& errors) {
  OttlErrorMode mode;
  if (!ParseOttlErrorMode(transform->error_mode, &mode)) {
    errors.Add(node, "unknown error_mode (propagate, ignore, silent): " + transform->error_mode);
  }
}

struct Group {
  OttlContext context = OttlContext::kSpan;
  OttlErrorMode mode = OttlErrorMode::kPropagate;
  std::vector<OttlExpr> conditions;
  std::vector<OttlStatement> statements;
};

class TransformProcessor final : public SpanProcessor {
 public:
  explicit TransformProcessor(std::vector<Group> groups) : groups_(std::move(groups)) {}

  base::Status Process(TraceRecord* record) override {
    for (const Group& group : groups_) {
      for (ResourceRecord& resource : record->resources) {
        SB_RETURN_IF_ERROR(OnResource(group, &resource));
      }
    }
    return base::OkStatus();
  }

 private:
  static base::Status OnResource(const Group& group, ResourceRecord* resource) {
    if (group.context == OttlContext::kResource) {
      return Apply(group, {resource});
    }
    for (ScopeRecord& scope : resource->scopes) {
      if (group.context == OttlContext::kScope) {
        SB_RETURN_IF_ERROR(Apply(group, {resource, &scope}));
        continue;
      }
      for (SpanRecord& span : scope.spans) {
        if (span.raw.empty()) {
          SB_RETURN_IF_ERROR(OnSpan(group, {resource, &scope, &span}));
        }
      }
    }
    return base::OkStatus();
  }
  static base::Status OnSpan(const Group& group, const OttlTarget& target) {
    if (group.context == OttlContext::kSpan) {
      return Apply(group, target);
    }
    for (EventRecord& event : target.span->events) {
      SB_RETURN_IF_ERROR(Apply(group, {target.resource, target.scope, target.span, &event}));
    }
    return base::OkStatus();
  }
  static base::Status Apply(const Group& group, const OttlTarget& target) {
    bool applies = group.conditions.empty();
    for (const OttlExpr& condition : group.conditions) {
      const auto holds = Holds(condition, target);
      applies |= holds.ok() && *holds;
    }
    if (!applies) {
      return base::OkStatus();
    }
    for (const OttlStatement& statement : group.statements) {
      const base::Status status = Run(statement, target);
      if (!status.ok() && group.mode == OttlErrorMode::kPropagate) {
        return status;
      }
      if (!status.ok() && group.mode == OttlErrorMode::kIgnore) {
        SB_LOG_EVERY(60, kWarn, "a statement of a transformation failed",
                     {"statement", statement.text}, {"error", status.message()});
      }
    }
    return base::OkStatus();
  }

  const std::vector<Group> groups_;
};

// Of a group without context: the innermost one in which every statement is understood.
base::Result<Group> ParsedIn(const TransformGroupConfig& config, OttlContext context) {
  Group group;
  group.context = context;
  for (const std::string& text : config.conditions) {
    SB_ASSIGN_OR_RETURN(OttlExpr condition, ParseOttlCondition(text, context));
    group.conditions.push_back(std::move(condition));
  }
  for (const std::string& text : config.statements) {
    SB_ASSIGN_OR_RETURN(OttlStatement statement, ParseOttlStatement(text, context));
    group.statements.push_back(std::move(statement));
  }
  return group;
}

base::Result<Group> Parsed(const TransformGroupConfig& config) {
  if (!config.context.empty()) {
    const std::optional<OttlContext> context = OttlContextOf(config.context);
    if (!context.has_value()) {
      return base::InvalidArgument("unknown context (resource, scope, span, spanevent): " +
                                   config.context);
    }
    return ParsedIn(config, *context);
  }
  base::Status first;
  for (const OttlContext context :
       {OttlContext::kSpan, OttlContext::kResource, OttlContext::kScope, OttlContext::kSpanEvent}) {
    auto group = ParsedIn(config, context);
    if (group.ok()) {
      return group;
    }
    first = first.ok() ? group.status() : first;
  }
  return first;
}

}  // namespace

const OptionTable<TransformConfig>& OptionsOf(const TransformConfig*) {
  using C = TransformConfig;
  static const auto table = OptionTable<C>("transform")
                                .Add("error_mode", &C::error_mode)
                                .Add("trace_statements", &C::trace_statements)
                                .Add("metric_statements", &C::metric_statements)
                                .Add("log_statements", &C::log_statements)
                                .Add("profile_statements", &C::profile_statements)
                                .Add("flatten_data", &C::flatten_data)
                                .Check(&CheckTransform);
  return table;
}

base::Result<std::unique_ptr<SpanProcessor>> MakeTransformProcessor(const TransformConfig& config) {
  std::vector<Group> groups;
  for (const TransformGroupConfig& written : config.trace_statements) {
    SB_ASSIGN_OR_RETURN(Group group, Parsed(written));
    const std::string& mode = written.error_mode.empty() ? config.error_mode : written.error_mode;
    if (!ParseOttlErrorMode(mode, &group.mode)) {
      return base::InvalidArgument("unknown error_mode (propagate, ignore, silent): " + mode);
    }
    groups.push_back(std::move(group));
  }
  return std::unique_ptr<SpanProcessor>(std::make_unique<TransformProcessor>(std::move(groups)));
}

}  // namespace sb::ingest

namespace sb::config {
namespace {

const OptionTable<ingest::TransformGroupConfig>& GroupOptions() {
  using C = ingest::TransformGroupConfig;
  static const auto table = OptionTable<C>("transform.statements")
                                .Add("context", &C::context)
                                .Add("error_mode", &C::error_mode)
                                .Add("conditions", &C::conditions)
                                .Add("statements", &C::statements);
  return table;
}

}  // namespace

void Codec<ingest::TransformGroupConfig>::Read(const Node& node, const OptionInfo& /*info*/,
                                               ingest::TransformGroupConfig* out,
                                               ErrorList& errors) {
  if (node.IsScalar()) {
    out->statements = {node.text};
  } else {
    GroupOptions().Read(node, out, errors);
  }
}

}  // namespace sb::config
