// SPDX-License-Identifier: Apache-2.0
//
// The processor `transform` of the Collector: statements of ottl.h that change spans.
//
//   TransformConfig config;
//   OptionsOf(&config).Read(node, &config, errors);
//   SB_ASSIGN_OR_RETURN(auto processor, MakeTransformProcessor(config));
//
// `trace_statements` holds groups ({context, conditions, statements}) or bare statements; of a bare
// one the context is the innermost that its paths name. kInvalidArgument: a statement is not
// understood. Threads: safe for concurrent use.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/option_table.h"
#include "ingest/processors/processor_chain.h"

namespace sb::ingest {

struct TransformGroupConfig {
  std::string context;
  std::string error_mode;
  std::vector<std::string> conditions;
  std::vector<std::string> statements;
};
struct TransformConfig {
  std::string error_mode = "propagate";
  std::vector<TransformGroupConfig> trace_statements;
  ForeignSection metric_statements;
  ForeignSection log_statements;
  ForeignSection profile_statements;
  bool flatten_data = false;
};

const config::OptionTable<TransformConfig>& OptionsOf(const TransformConfig*);

base::Result<std::unique_ptr<SpanProcessor>> MakeTransformProcessor(const TransformConfig& config);

}  // namespace sb::ingest

namespace sb::config {
// A group, or a bare statement.
template <>
struct Codec<ingest::TransformGroupConfig> {
  static void Read(const Node& node, const OptionInfo& info, ingest::TransformGroupConfig* out,
                   ErrorList& errors);
  static NodePtr Write(const ingest::TransformGroupConfig&) { return MakeMapping({}); }
  static bool IsEmpty(const ingest::TransformGroupConfig& group) {
    return group.statements.empty();
  }
  static std::string TypeName() { return "statements"; }
};
}  // namespace sb::config
