// SPDX-License-Identifier: Apache-2.0
//
// The processor `filter` of the Collector: drops spans, and events of spans, for which one of the
// conditions holds.
//
//   FilterConfig config;
//   OptionsOf(&config).Read(node, &config, errors);
//   SB_ASSIGN_OR_RETURN(auto processor, MakeFilterProcessor(config, &losses));
//
// Of the older form (`spans: include/exclude`) spans that `include` does not choose, or `exclude`
// does, are dropped. kInvalidArgument: a condition is not understood. Threads: safe for concurrent
// use.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/option_table.h"
#include "ingest/pipeline/loss.h"
#include "ingest/processors/attribute_actions.h"
#include "ingest/processors/processor_chain.h"

namespace sb::ingest {

struct FilterTracesConfig {
  std::vector<std::string> resource;
  std::vector<std::string> span;
  std::vector<std::string> spanevent;
};
struct FilterSpansConfig {
  std::optional<MatchConfig> include;
  std::optional<MatchConfig> exclude;
};
struct FilterConfig {
  std::string error_mode = "propagate";
  FilterTracesConfig traces;
  FilterSpansConfig spans;
  ForeignSection metrics;
  ForeignSection logs;
  ForeignSection profiles;
};

const config::OptionTable<FilterConfig>& OptionsOf(const FilterConfig*);
const config::OptionTable<FilterTracesConfig>& OptionsOf(const FilterTracesConfig*);
const config::OptionTable<FilterSpansConfig>& OptionsOf(const FilterSpansConfig*);

base::Result<std::unique_ptr<SpanProcessor>> MakeFilterProcessor(const FilterConfig& config,
                                                                 LossCounters* losses);

}  // namespace sb::ingest
