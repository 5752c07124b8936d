// SPDX-License-Identifier: Apache-2.0
//
// The processor `probabilistic_sampler` of the Collector: keeps a share of all traces, the same
// ones at every place that uses the same percentage and seed. A span whose attribute
// sampling.priority is above zero is always kept, one with zero never.
//
//   auto processor = MakeProbabilisticSampler(config, &losses);
//
// In the modes `proportional` and `equalizing` the randomness is the last 56 bits of the trace id,
// as W3C Trace Context 2 has it; in `hash_seed` a hash of the whole id. Threads: safe for
// concurrent use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "config/option_table.h"
#include "ingest/pipeline/loss.h"
#include "ingest/processors/processor_chain.h"

namespace sb::ingest {

struct ProbabilisticConfig {
  double sampling_percentage = 0;
  uint64_t hash_seed = 0;
  std::string mode = "hash_seed";
  bool fail_closed = true;
  int64_t sampling_precision = 4;
  std::string attribute_source = "traceID";
  std::string from_attribute;
  std::string sampling_priority;
};
const config::OptionTable<ProbabilisticConfig>& OptionsOf(const ProbabilisticConfig*);

std::unique_ptr<SpanProcessor> MakeProbabilisticSampler(const ProbabilisticConfig& config,
                                                        LossCounters* losses);

// Whether the trace is in the share.
bool SamplesTrace(std::string_view trace_id, double percentage, uint64_t seed, bool hashes);

}  // namespace sb::ingest
