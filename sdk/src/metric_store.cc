// SPDX-License-Identifier: Apache-2.0
#include "metric_store.h"

#include "entropy.h"

namespace signalbox {

namespace {

using internal::InstrumentKind;

// OpenTelemetry's default, in the unit that durations had when it was written: milliseconds.
const std::vector<double>& DefaultBuckets() {
  static const std::vector<double> buckets = {0,   5,   10,   25,   50,   75,   100,   250,
                                              500, 750, 1000, 2500, 5000, 7500, 10'000};
  return buckets;
}

// Semantic conventions for durations in seconds.
const std::vector<double>& SecondsBuckets() {
  static const std::vector<double> buckets = {0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
                                              0.5,   0.75, 1,     2.5,  5,     7.5, 10};
  return buckets;
}

bool Matches(const std::string& pattern, std::string_view name) {
  if (!pattern.empty() && pattern.back() == '*') {
    return name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
  }
  return pattern == name;
}

MetricData::Kind KindOf(const internal::Instrument& instrument) {
  switch (instrument.kind()) {
    case InstrumentKind::kCounter:
    case InstrumentKind::kFloatCounter:
      return MetricData::Kind::kSum;
    case InstrumentKind::kUpDownCounter:
      return MetricData::Kind::kUpDownSum;
    case InstrumentKind::kGauge:
      return MetricData::Kind::kGauge;
    case InstrumentKind::kHistogram:
      break;
  }
  return instrument.options().is_exponential ? MetricData::Kind::kExponentialHistogram
                                             : MetricData::Kind::kHistogram;
}

MetricPoint SumPoint(InstrumentKind kind, const Attributes& attributes,
                     const internal::SumCell& cell) {
  MetricPoint point;
  point.attributes = attributes;
  point.is_integer = kind != InstrumentKind::kFloatCounter;
  point.number = cell.fraction.load(std::memory_order_relaxed);
  point.integer = kind == InstrumentKind::kUpDownCounter
                      ? cell.up_down.load(std::memory_order_relaxed)
                      : static_cast<int64_t>(cell.Total());
  return point;
}

void ReadPoints(const internal::Instrument& instrument, std::vector<MetricPoint>* points) {
  instrument.VisitSums([&](const Attributes& attributes, const internal::SumCell& cell) {
    points->push_back(SumPoint(instrument.kind(), attributes, cell));
  });
  instrument.VisitGauges([&](const Attributes& attributes, const internal::GaugeCell& cell) {
    if (cell.is_set.load(std::memory_order_acquire)) {
      points->push_back({attributes, cell.value.load(std::memory_order_relaxed), 0, false, {}});
    }
  });
  instrument.VisitHistograms(
      [&](const Attributes& attributes, const internal::HistogramCell& cell) {
        MetricPoint point;
        point.attributes = attributes;
        point.histogram = cell.Read();
        points->push_back(std::move(point));
      });
}

class PointObservation final : public Observation {
 public:
  explicit PointObservation(std::vector<MetricPoint>* points) : points_(points) {}
  void Observe(double value, const Attributes& attributes) override {
    points_->push_back({attributes, value, 0, false, {}});
  }

 private:
  std::vector<MetricPoint>* points_;
};

}  // namespace

MetricStore::MetricStore(std::vector<View> views)
    : views_(std::move(views)), start_ns_(internal::NowNs()) {}

const View* MetricStore::ViewOf(std::string_view name) const {
  for (const View& view : views_) {
    if (Matches(view.instrument, name)) {
      return &view;
    }
  }
  return nullptr;
}

std::shared_ptr<internal::Instrument> MetricStore::Instrument(InstrumentKind kind,
                                                              const std::string& scope,
                                                              const std::string& version,
                                                              std::string_view name,
                                                              InstrumentOptions options) {
  if (options.buckets.empty()) {
    options.buckets = options.unit == "s" ? SecondsBuckets() : DefaultBuckets();
  }
  std::string kept_name(name);
  std::vector<std::string> keep_keys;
  bool is_dropped = false;
  if (const View* view = ViewOf(name)) {
    kept_name = view->name.empty() ? kept_name : view->name;
    keep_keys = view->keep_keys;
    is_dropped = view->is_dropped;
    options.is_exponential = options.is_exponential || view->is_exponential;
    if (!view->buckets.empty()) {
      options.buckets = view->buckets;
    }
  }
  const std::lock_guard lock(mutex_);
  Scoped& scoped = instruments_[{scope, kept_name}];
  if (scoped.instrument == nullptr || scoped.instrument->kind() != kind) {
    scoped.version = version;
    scoped.instrument = std::make_shared<internal::Instrument>(kind, kept_name, std::move(options),
                                                               std::move(keep_keys), is_dropped);
  }
  return scoped.instrument;
}

ObservableHandle MetricStore::Observe(ObservableKind kind, const std::string& scope,
                                      std::string_view name, InstrumentOptions options,
                                      ObserveFunction function) {
  uint64_t id = 0;
  {
    const std::lock_guard lock(mutex_);
    id = next_observer_++;
    observers_.emplace(
        id, Observer{kind, scope, std::string(name), std::move(options), std::move(function)});
  }
  return ObservableHandle(std::shared_ptr<void>(nullptr, [this, id](void*) {
    const std::lock_guard waiting(observing_);
    const std::lock_guard lock(mutex_);
    observers_.erase(id);
  }));
}

std::vector<MetricData> MetricStore::Collect() {
  const std::lock_guard observing(observing_);
  std::vector<MetricData> all;
  std::vector<Observer> observers;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, scoped] : instruments_) {
      const internal::Instrument& instrument = *scoped.instrument;
      if (instrument.is_dropped()) {
        continue;
      }
      MetricData data{key.first,
                      scoped.version,
                      key.second,
                      instrument.options().unit,
                      instrument.options().description,
                      KindOf(instrument),
                      instrument.options().buckets,
                      {}};
      ReadPoints(instrument, &data.points);
      if (!data.points.empty()) {
        all.push_back(std::move(data));
      }
    }
    for (const auto& [id, observer] : observers_) {
      observers.push_back(observer);
    }
  }
  for (const Observer& observer : observers) {
    const MetricData::Kind kind = observer.kind == ObservableKind::kGauge ? MetricData::Kind::kGauge
                                  : observer.kind == ObservableKind::kCounter
                                      ? MetricData::Kind::kSum
                                      : MetricData::Kind::kUpDownSum;
    MetricData data{observer.scope,
                    "",
                    observer.name,
                    observer.options.unit,
                    observer.options.description,
                    kind,
                    {},
                    {}};
    PointObservation observation(&data.points);
    observer.function(observation);
    if (!data.points.empty()) {
      all.push_back(std::move(data));
    }
  }
  return all;
}

}  // namespace signalbox
