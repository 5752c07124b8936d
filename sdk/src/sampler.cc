// SPDX-License-Identifier: Apache-2.0
#include "signalbox/sampler.h"

#include <charconv>
#include <cmath>

namespace signalbox {

namespace {

class FixedSampler final : public Sampler {
 public:
  explicit FixedSampler(bool is_on) : is_on_(is_on) {}
  bool IsSampled(const SpanContext&, const TraceId&) const override { return is_on_; }

 private:
  const bool is_on_;
};

class RatioSampler final : public Sampler {
 public:
  // 2^56 values of the 7 bytes; the topmost share of them is sampled.
  explicit RatioSampler(double share)
      : threshold_(static_cast<uint64_t>(std::ldexp(1.0 - share, 56))) {}

  bool IsSampled(const SpanContext&, const TraceId& trace_id) const override {
    uint64_t randomness = 0;
    for (size_t i = 9; i < 16; ++i) {
      randomness = randomness << 8 | trace_id.bytes[i];
    }
    return randomness >= threshold_;
  }

 private:
  const uint64_t threshold_;
};

class ParentBasedSampler final : public Sampler {
 public:
  explicit ParentBasedSampler(std::shared_ptr<const Sampler> root) : root_(std::move(root)) {}
  bool IsSampled(const SpanContext& parent, const TraceId& trace_id) const override {
    return parent.IsValid() ? parent.is_sampled : root_->IsSampled(parent, trace_id);
  }

 private:
  const std::shared_ptr<const Sampler> root_;
};

}  // namespace

std::shared_ptr<const Sampler> Sampler::AlwaysOn() {
  return std::make_shared<FixedSampler>(true);
}

std::shared_ptr<const Sampler> Sampler::AlwaysOff() {
  return std::make_shared<FixedSampler>(false);
}

std::shared_ptr<const Sampler> Sampler::Ratio(double share) {
  return std::make_shared<RatioSampler>(share);
}

std::shared_ptr<const Sampler> Sampler::ParentBased(std::shared_ptr<const Sampler> root) {
  return std::make_shared<ParentBasedSampler>(std::move(root));
}

std::shared_ptr<const Sampler> Sampler::FromNames(std::string_view name,
                                                  std::string_view argument) {
  constexpr std::string_view kPrefix = "parentbased_";
  if (name.starts_with(kPrefix)) {
    auto root = FromNames(name.substr(kPrefix.size()), argument);
    return root == nullptr ? nullptr : ParentBased(std::move(root));
  }
  if (name == "always_on") {
    return AlwaysOn();
  }
  if (name == "always_off") {
    return AlwaysOff();
  }
  if (name != "traceidratio") {
    return nullptr;
  }
  double share = 1;
  if (!argument.empty()) {
    const char* end = argument.data() + argument.size();
    const auto parsed = std::from_chars(argument.data(), end, share);
    if (parsed.ec != std::errc() || parsed.ptr != end || !(share >= 0 && share <= 1)) {
      return nullptr;
    }
  }
  return Ratio(share);
}

}  // namespace signalbox
