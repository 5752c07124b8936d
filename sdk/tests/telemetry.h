// SPDX-License-Identifier: Apache-2.0
//
// For tests: keeps the spans that end, and the measurements, without an Sdk.
#pragma once

#include <mutex>

#include "metric_store.h"
#include "signalbox/metrics.h"
#include "signalbox/tracer.h"

namespace signalbox::testing {

class Telemetry final : public SpanSink {
 public:
  void OnEnd(std::unique_ptr<SpanData> span) override {
    const std::lock_guard lock(mutex_);
    spans_.push_back(std::move(span));
  }
  Tracer tracer() {
    return {std::make_shared<InstrumentationScope>(), this,
            Sampler::ParentBased(Sampler::AlwaysOn())};
  }
  Meter meter() { return {store_, "test", ""}; }

  size_t count() const {
    const std::lock_guard lock(mutex_);
    return spans_.size();
  }
  const SpanData& span(size_t i) const {
    const std::lock_guard lock(mutex_);
    return *spans_.at(i);
  }
  const SpanData& last() const { return span(count() - 1); }

 private:
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<SpanData>> spans_;
  std::shared_ptr<MetricStore> store_ = std::make_shared<MetricStore>(std::vector<View>{});
};

inline std::string Value(const SpanData& span, std::string_view key) {
  for (const Attribute& attribute : span.attributes) {
    if (attribute.key == key) {
      return AttributeText(attribute.value);
    }
  }
  return "(absent)";
}

}  // namespace signalbox::testing
