// SPDX-License-Identifier: Apache-2.0
#include "base/instruments.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "base/mutex.h"

namespace sb::base {

Histogram::Histogram(std::vector<double> bounds)
    : bounds_(std::move(bounds)),
      counts_(std::make_unique<std::atomic<uint64_t>[]>(bounds_.size() + 1)) {
  SB_CHECK(std::is_sorted(bounds_.begin(), bounds_.end()));
}

void Histogram::Observe(double value) {
  const auto bucket = std::lower_bound(bounds_.begin(), bounds_.end(), value) - bounds_.begin();
  counts_[static_cast<size_t>(bucket)].fetch_add(1, std::memory_order_relaxed);
  sum_.fetch_add(value, std::memory_order_relaxed);
}

std::vector<uint64_t> Histogram::counts() const {
  std::vector<uint64_t> counts(bounds_.size() + 1);
  for (size_t i = 0; i < counts.size(); ++i) {
    counts[i] = counts_[i].load(std::memory_order_relaxed);
  }
  return counts;
}

std::vector<double> ExponentialBounds(double start, double factor, size_t count) {
  std::vector<double> bounds(count);
  for (double& bound : bounds) {
    bound = start;
    start *= factor;
  }
  return bounds;
}

struct Registry::Handle::Entry {
  Mutex mutex;
  std::function<double()> read SB_GUARDED_BY(mutex);  // empty once the handle is gone
};

Registry::Handle::~Handle() {
  if (entry_) {
    MutexLock lock(entry_->mutex);
    entry_->read = nullptr;
  }
}
Registry::Handle::Handle(Handle&& other) noexcept : entry_(std::move(other.entry_)) {}
Registry::Handle& Registry::Handle::operator=(Handle&& other) noexcept {
  std::swap(entry_, other.entry_);
  return *this;
}

struct Registry::State {
  struct Instrument {
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Gauge> gauge;
    std::unique_ptr<Histogram> histogram;
    std::shared_ptr<Handle::Entry> callback;
  };
  struct Family {
    std::string help;
    InstrumentKind kind = InstrumentKind::kGauge;
    std::map<InstrumentLabels, Instrument> instruments;
  };

  Instrument& Get(InstrumentKind kind, const std::string& name, const std::string& help,
                  InstrumentLabels labels) SB_REQUIRES(mutex) {
    std::sort(labels.begin(), labels.end());
    const auto [found, added] = families.try_emplace(name);
    Family& family = found->second;
    if (added) {
      family.kind = kind;
      family.help = help;
    }
    SB_CHECK(family.kind == kind);
    return family.instruments[std::move(labels)];
  }

  Mutex mutex;
  std::map<std::string, Family> families SB_GUARDED_BY(mutex);
};

namespace {

void FillHistogram(const Histogram& histogram, InstrumentPoint* point) {
  point->bounds = histogram.bounds();
  point->cumulative_counts = histogram.counts();
  for (size_t i = 1; i < point->cumulative_counts.size(); ++i) {
    point->cumulative_counts[i] += point->cumulative_counts[i - 1];
  }
  point->sum = histogram.sum();
}

}  // namespace

Registry::Registry() : state_(std::make_unique<State>()) {}
Registry::~Registry() = default;

Counter& Registry::AddCounter(const std::string& name, const std::string& help,
                              const InstrumentLabels& labels) {
  MutexLock lock(state_->mutex);
  auto& instrument = state_->Get(InstrumentKind::kCounter, name, help, labels);
  if (!instrument.counter) {
    instrument.counter = std::make_unique<Counter>();
  }
  return *instrument.counter;
}

Gauge& Registry::AddGauge(const std::string& name, const std::string& help,
                          const InstrumentLabels& labels) {
  MutexLock lock(state_->mutex);
  auto& instrument = state_->Get(InstrumentKind::kGauge, name, help, labels);
  if (!instrument.gauge) {
    instrument.gauge = std::make_unique<Gauge>();
  }
  return *instrument.gauge;
}

Histogram& Registry::AddHistogram(const std::string& name, const std::string& help,
                                  std::vector<double> bounds, const InstrumentLabels& labels) {
  MutexLock lock(state_->mutex);
  auto& instrument = state_->Get(InstrumentKind::kHistogram, name, help, labels);
  if (!instrument.histogram) {
    instrument.histogram = std::make_unique<Histogram>(std::move(bounds));
  }
  return *instrument.histogram;
}

Registry::Handle Registry::AddCallback(InstrumentKind kind, const std::string& name,
                                       const std::string& help, const InstrumentLabels& labels,
                                       std::function<double()> read) {
  auto entry = std::make_shared<Handle::Entry>();
  {
    MutexLock lock(entry->mutex);
    entry->read = std::move(read);
  }
  MutexLock lock(state_->mutex);
  state_->Get(kind, name, help, labels).callback = entry;
  return Handle(std::move(entry));
}

std::vector<InstrumentFamily> Registry::Collect() const {
  std::vector<InstrumentFamily> families;
  MutexLock lock(state_->mutex);
  for (const auto& [name, family] : state_->families) {
    InstrumentFamily out{name, family.help, family.kind, {}};
    for (const auto& [labels, instrument] : family.instruments) {
      InstrumentPoint point;
      point.labels = labels;
      if (instrument.counter) {
        point.value = instrument.counter->value();
      } else if (instrument.gauge) {
        point.value = instrument.gauge->value();
      } else if (instrument.histogram) {
        FillHistogram(*instrument.histogram, &point);
      } else {
        MutexLock entry_lock(instrument.callback->mutex);
        if (!instrument.callback->read) {
          continue;
        }
        point.value = instrument.callback->read();
      }
      out.points.push_back(std::move(point));
    }
    if (!out.points.empty()) {
      families.push_back(std::move(out));
    }
  }
  return families;
}

}  // namespace sb::base
