// SPDX-License-Identifier: Apache-2.0
//
// Instrument is the shared state behind the handles of metrics.h: name, options, and a cell per set
// of attributes.
//
// Threads: safe for concurrent use. Cells live as long as the instrument.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "metric_cells.h"
#include "signalbox/metrics.h"

namespace signalbox::internal {

enum class InstrumentKind { kCounter, kFloatCounter, kUpDownCounter, kGauge, kHistogram };

class Instrument {
 public:
  Instrument(InstrumentKind kind, std::string name, InstrumentOptions options,
             std::vector<std::string> keep_keys, bool is_dropped)
      : kind_(kind),
        name_(std::move(name)),
        options_(std::move(options)),
        keep_keys_(std::move(keep_keys)),
        is_dropped_(is_dropped) {}

  std::shared_ptr<SumCell> Sum(const Attributes& attributes) {
    return sums_.Find(
        Key(attributes), [] { return std::make_shared<SumCell>(); }, options_.cardinality_max);
  }
  std::shared_ptr<GaugeCell> GaugeOf(const Attributes& attributes) {
    return gauges_.Find(
        Key(attributes), [] { return std::make_shared<GaugeCell>(); }, options_.cardinality_max);
  }
  std::shared_ptr<HistogramCell> HistogramOf(const Attributes& attributes);

  InstrumentKind kind() const { return kind_; }
  const std::string& name() const { return name_; }
  const InstrumentOptions& options() const { return options_; }
  bool is_dropped() const { return is_dropped_; }

  using SumVisitor = std::function<void(const Attributes&, const SumCell&)>;
  using GaugeVisitor = std::function<void(const Attributes&, const GaugeCell&)>;
  using HistogramVisitor = std::function<void(const Attributes&, const HistogramCell&)>;
  void VisitSums(const SumVisitor& visit) const { sums_.Visit(visit); }
  void VisitGauges(const GaugeVisitor& visit) const { gauges_.Visit(visit); }
  void VisitHistograms(const HistogramVisitor& visit) const { histograms_.Visit(visit); }

 private:
  struct KeyOf {
    std::string text;  // sorted, with types: equal sets have equal texts
    Attributes attributes;
  };
  KeyOf Key(const Attributes& attributes) const;

  template <typename Cell>
  class Cells {
   public:
    template <typename Make>
    std::shared_ptr<Cell> Find(KeyOf key, Make make, size_t cardinality_max) {
      {
        const std::shared_lock lock(mutex_);
        if (const auto found = cells_.find(key.text); found != cells_.end()) {
          return found->second.cell;
        }
      }
      const std::unique_lock lock(mutex_);
      if (cells_.size() >= cardinality_max && !cells_.contains(key.text)) {
        key = KeyOf{"overflow", {{"otel.metric.overflow", true}}};
      }
      Entry& entry = cells_[key.text];
      if (entry.cell == nullptr) {
        entry.attributes = std::move(key.attributes);
        entry.cell = make();
      }
      return entry.cell;
    }

    template <typename Visitor>
    void Visit(const Visitor& visit) const {
      const std::shared_lock lock(mutex_);
      for (const auto& [text, entry] : cells_) {
        visit(entry.attributes, *entry.cell);
      }
    }

   private:
    struct Entry {
      Attributes attributes;
      std::shared_ptr<Cell> cell;
    };
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, Entry> cells_;
  };

  const InstrumentKind kind_;
  const std::string name_;
  const InstrumentOptions options_;
  const std::vector<std::string> keep_keys_;  // empty: all
  const bool is_dropped_;
  Cells<SumCell> sums_;
  Cells<GaugeCell> gauges_;
  Cells<HistogramCell> histograms_;
};

}  // namespace signalbox::internal
