// SPDX-License-Identifier: Apache-2.0
#include "signalbox/metrics.h"

#include "metric_store.h"

namespace signalbox {

using internal::InstrumentKind;

void BoundCounter::Add(uint64_t n) const {
  cell_->Add(n);
}

void Counter::Add(uint64_t n, const Attributes& attributes) const {
  if (instrument_ != nullptr) {
    instrument_->Sum(attributes)->Add(n);
  }
}

BoundCounter Counter::Bind(const Attributes& attributes) const {
  return BoundCounter(instrument_ == nullptr ? std::make_shared<internal::SumCell>()
                                             : instrument_->Sum(attributes));
}

void FloatCounter::Add(double value, const Attributes& attributes) const {
  if (instrument_ == nullptr || !(value > 0)) {
    return;
  }
  std::atomic<double>& sum = instrument_->Sum(attributes)->fraction;
  double old = sum.load(std::memory_order_relaxed);
  while (!sum.compare_exchange_weak(old, old + value, std::memory_order_relaxed)) {
  }
}

void UpDownCounter::Add(int64_t n, const Attributes& attributes) const {
  if (instrument_ != nullptr) {
    instrument_->Sum(attributes)->up_down.fetch_add(n, std::memory_order_relaxed);
  }
}

void Gauge::Set(double value, const Attributes& attributes) const {
  if (instrument_ != nullptr) {
    const auto cell = instrument_->GaugeOf(attributes);
    cell->value.store(value, std::memory_order_relaxed);
    cell->is_set.store(true, std::memory_order_release);
  }
}

void BoundHistogram::Record(double value) const {
  cell_->Record(value);
}

void Histogram::Record(double value, const Attributes& attributes) const {
  if (instrument_ != nullptr) {
    instrument_->HistogramOf(attributes)->Record(value);
  }
}

BoundHistogram Histogram::Bind(const Attributes& attributes) const {
  return BoundHistogram(instrument_ == nullptr ? std::shared_ptr<internal::HistogramCell>(
                                                     internal::MakeExplicitHistogram({}))
                                               : instrument_->HistogramOf(attributes));
}

Meter::Meter(std::shared_ptr<MetricStore> store, std::string scope, std::string version)
    : store_(std::move(store)), scope_(std::move(scope)), version_(std::move(version)) {}

Counter Meter::CreateCounter(std::string_view name, InstrumentOptions options) const {
  return Counter(store_ == nullptr ? nullptr
                                   : store_->Instrument(InstrumentKind::kCounter, scope_, version_,
                                                        name, std::move(options)));
}

FloatCounter Meter::CreateFloatCounter(std::string_view name, InstrumentOptions options) const {
  return FloatCounter(store_ == nullptr ? nullptr
                                        : store_->Instrument(InstrumentKind::kFloatCounter, scope_,
                                                             version_, name, std::move(options)));
}

UpDownCounter Meter::CreateUpDownCounter(std::string_view name, InstrumentOptions options) const {
  return UpDownCounter(store_ == nullptr
                           ? nullptr
                           : store_->Instrument(InstrumentKind::kUpDownCounter, scope_, version_,
                                                name, std::move(options)));
}

Gauge Meter::CreateGauge(std::string_view name, InstrumentOptions options) const {
  return Gauge(store_ == nullptr ? nullptr
                                 : store_->Instrument(InstrumentKind::kGauge, scope_, version_,
                                                      name, std::move(options)));
}

Histogram Meter::CreateHistogram(std::string_view name, InstrumentOptions options) const {
  return Histogram(store_ == nullptr ? nullptr
                                     : store_->Instrument(InstrumentKind::kHistogram, scope_,
                                                          version_, name, std::move(options)));
}

ObservableHandle Meter::Observe(ObservableKind kind, std::string_view name,
                                InstrumentOptions options, ObserveFunction function) const {
  return store_ == nullptr
             ? ObservableHandle()
             : store_->Observe(kind, scope_, name, std::move(options), std::move(function));
}

}  // namespace signalbox
