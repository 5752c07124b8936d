// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/probabilistic_sampler.h"

#include <algorithm>

#include "encoding/hash.h"

namespace sb::ingest {

using config::OptionTable;

namespace {

constexpr double kShares = 72'057'594'037'927'936.0;  // 2^56

void CheckSampler(const config::Node& node, ProbabilisticConfig* sampler,
                  config::ErrorList& errors) {
  if (sampler->sampling_percentage < 0) {
    errors.Add(node, "sampling_percentage must not be negative");
  }
  if (sampler->mode != "hash_seed" && sampler->mode != "proportional" &&
      sampler->mode != "equalizing" && !sampler->mode.empty()) {
    errors.Add(node, "unknown mode (hash_seed, proportional, equalizing): " + sampler->mode);
  }
}

class ProbabilisticSampler final : public SpanProcessor {
 public:
  ProbabilisticSampler(const ProbabilisticConfig& config, LossCounters* losses)
      : config_(config),
        hashes_(config.mode == "hash_seed" || config.mode.empty()),
        losses_(losses) {}

  base::Status Process(TraceRecord* record) override {
    uint64_t dropped = 0;
    for (ResourceRecord& resource : record->resources) {
      for (ScopeRecord& scope : resource.scopes) {
        dropped += std::erase_if(scope.spans, [this](const SpanRecord& span) {
          return span.raw.empty() && !Keeps(span);
        });
      }
    }
    losses_->Add(LossReason::kSpanSampledOut, dropped);
    return base::OkStatus();
  }

 private:
  bool Keeps(const SpanRecord& span) const {
    const OttlValue* priority = FindIn(span.attributes, "sampling.priority");
    if (priority != nullptr && priority->Number().has_value()) {
      return *priority->Number() > 0;
    }
    return SamplesTrace(span.trace_id, config_.sampling_percentage, config_.hash_seed, hashes_);
  }
  const ProbabilisticConfig config_;
  const bool hashes_;
  LossCounters* const losses_;
};

}  // namespace

bool SamplesTrace(std::string_view trace_id, double percentage, uint64_t seed, bool hashes) {
  uint64_t randomness = 0;
  if (hashes || trace_id.size() != 16) {
    randomness = encoding::Hash64Of(trace_id, seed) >> 8;
  } else {
    for (const char c : trace_id.substr(9)) {
      randomness = randomness << 8 | static_cast<unsigned char>(c);
    }
  }
  return static_cast<double>(randomness) >= (1 - percentage / 100) * kShares;
}

const OptionTable<ProbabilisticConfig>& OptionsOf(const ProbabilisticConfig*) {
  using C = ProbabilisticConfig;
  static const auto table = OptionTable<C>("probabilistic_sampler")
                                .Add("sampling_percentage", &C::sampling_percentage)
                                .Add("hash_seed", &C::hash_seed)
                                .Add("mode", &C::mode)
                                .Add("fail_closed", &C::fail_closed)
                                .Add("sampling_precision", &C::sampling_precision)
                                .Add("attribute_source", &C::attribute_source)
                                .Add("from_attribute", &C::from_attribute)
                                .Add("sampling_priority", &C::sampling_priority)
                                .Check(&CheckSampler);
  return table;
}

std::unique_ptr<SpanProcessor> MakeProbabilisticSampler(const ProbabilisticConfig& config,
                                                        LossCounters* losses) {
  return std::make_unique<ProbabilisticSampler>(config, losses);
}

}  // namespace sb::ingest
