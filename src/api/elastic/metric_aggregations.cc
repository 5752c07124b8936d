// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "api/elastic/aggregation_kind.h"

namespace sb::api {
namespace {

using config::Node;

// avg, sum, min, max, value_count, stats, extended_stats.
class StatsPart final : public AggregationPart {
 public:
  StatsPart(std::string_view kind, const std::string& field) : kind_(kind), field_(field) {}

  void Add(const ElasticRow& row) override {
    std::string_view text;
    double value = 0;
    if (kind_ == "value_count") {
      count_ += field_ == "_id" || row.Get(field_, &text) ? 1 : 0;
      return;
    }
    if (!NumberOf(row, field_, &value)) {
      return;
    }
    ++count_;
    sum_ += value;
    squares_ += value * value;
    min_ = std::min(min_, value);
    max_ = std::max(max_, value);
  }

  void Write(JsonWriter* json) override {
    double value = 0;
    if (kind_ != "stats" && kind_ != "extended_stats") {
      json->Key("value");
      if (Number("", &value)) {
        json->Double(value);
      } else {
        json->Null();
      }
      return;
    }
    json->Key("count").Uint(count_);
    for (const char* property : {"min", "max", "avg", "sum"}) {
      WriteNumber(property, json);
    }
    if (kind_ == "extended_stats") {
      for (const char* property : {"sum_of_squares", "variance", "std_deviation"}) {
        WriteNumber(property, json);
      }
      double mean = 0;
      double deviation = 0;
      json->Key("std_deviation_bounds").BeginObject();
      if (Number("avg", &mean) && Number("std_deviation", &deviation)) {
        json->Key("upper").Double(mean + 2 * deviation).Key("lower").Double(mean - 2 * deviation);
      } else {
        json->Key("upper").Null().Key("lower").Null();
      }
      json->EndObject();
    }
  }

  bool Number(std::string_view property, double* value) override {
    const std::string_view what = property.empty() || property == "value" ? kind_ : property;
    const auto n = static_cast<double>(count_);
    if (what == "value_count" || what == "count") {
      *value = n;
      return true;
    }
    if (what == "sum") {
      *value = sum_;
      return true;
    }
    if (count_ == 0) {
      return false;
    }
    const double variance = std::max(0.0, squares_ / n - (sum_ / n) * (sum_ / n));
    if (what == "avg") {
      *value = sum_ / n;
    } else if (what == "min") {
      *value = min_;
    } else if (what == "max") {
      *value = max_;
    } else if (what == "sum_of_squares") {
      *value = squares_;
    } else if (what == "variance") {
      *value = variance;
    } else if (what == "std_deviation") {
      *value = std::sqrt(variance);
    } else {
      return false;
    }
    return true;
  }

 private:
  void WriteNumber(const char* property, JsonWriter* json) {
    double value = 0;
    json->Key(property);
    if (Number(property, &value)) {
      json->Double(value);
    } else {
      json->Null();
    }
  }

  const std::string_view kind_;
  const std::string& field_;
  uint64_t count_ = 0;
  double sum_ = 0;
  double squares_ = 0;
  double min_ = std::numeric_limits<double>::infinity();
  double max_ = -std::numeric_limits<double>::infinity();
};

class PercentilesPart final : public AggregationPart {
 public:
  PercentilesPart(const std::string& field, const std::vector<double>& percents)
      : field_(field), percents_(percents) {}
  void Add(const ElasticRow& row) override {
    double value = 0;
    if (NumberOf(row, field_, &value)) {
      values_.push_back(value);
      is_sorted_ = false;
    }
  }
  void Write(JsonWriter* json) override {
    json->Key("values").BeginObject();
    for (const double percent : percents_) {
      double value = 0;
      json->Key(NameOf(percent));
      if (Percentile(percent, &value)) {
        json->Double(value);
      } else {
        json->Null();
      }
    }
    json->EndObject();
  }
  bool Number(std::string_view property, double* value) override {
    double percent = percents_.empty() ? 50 : percents_[0];
    ParseNumberText(property, &percent);
    return Percentile(percent, value);
  }

 private:
  static std::string NameOf(double percent) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof(buffer), percent).ptr;
    std::string name(buffer, end);
    return name.find('.') == std::string::npos ? name + ".0" : name;
  }
  bool Percentile(double percent, double* value) {
    if (values_.empty()) {
      return false;
    }
    if (!is_sorted_) {
      std::sort(values_.begin(), values_.end());
      is_sorted_ = true;
    }
    const double place =
        std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(values_.size() - 1);
    const auto low = static_cast<size_t>(place);
    const size_t high = std::min(low + 1, values_.size() - 1);
    *value = values_[low] + (values_[high] - values_[low]) * (place - static_cast<double>(low));
    return true;
  }

  const std::string& field_;
  const std::vector<double>& percents_;
  std::vector<double> values_;
  bool is_sorted_ = false;
};

class CardinalityPart final : public AggregationPart {
 public:
  explicit CardinalityPart(const std::string& field) : field_(field) {}
  void Add(const ElasticRow& row) override {
    std::string_view text;
    // Rows of one stream follow one another.
    if (row.Get(field_, &text) && (last_ == nullptr || *last_ != text)) {
      last_ = &*values_.emplace(text).first;
    }
  }
  void Write(JsonWriter* json) override { json->Key("value").Uint(values_.size()); }
  bool Number(std::string_view, double* value) override {
    *value = static_cast<double>(values_.size());
    return true;
  }

 private:
  const std::string& field_;
  std::unordered_set<std::string> values_;
  const std::string* last_ = nullptr;
};

// The newest documents (or the oldest), whole or some of their fields.
class TopPart final : public AggregationPart {
 public:
  TopPart(size_t size, bool newest, const std::vector<std::string>& metrics)
      : size_(size), newest_(newest), metrics_(metrics) {}
  void Add(const ElasticRow& row) override {
    ++total_;
    const auto place = std::find_if(items_.begin(), items_.end(), [&](const Item& item) {
      return newest_ ? item.time_ns < row.time_ns() : item.time_ns > row.time_ns();
    });
    if (place == items_.end() && items_.size() >= size_) {
      return;
    }
    Item item;
    item.time_ns = row.time_ns();
    JsonWriter json;
    if (metrics_.empty()) {
      json.BeginObject();
      WriteHitMembers(row, &json);
      json.EndObject();
    } else {
      WriteMetrics(row, &json);
    }
    item.json = std::move(json).Take();
    items_.insert(place, std::move(item));
    if (items_.size() > size_) {
      items_.pop_back();
    }
  }
  void Write(JsonWriter* json) override {
    if (metrics_.empty()) {
      json->Key("hits").BeginObject().Key("total").BeginObject().Key("value").Uint(total_);
      json->Key("relation").String("eq").EndObject().Key("max_score").Null().Key("hits");
    } else {
      json->Key("top");
    }
    json->BeginArray();
    for (const Item& item : items_) {
      json->Raw(item.json);
    }
    json->EndArray();
    if (metrics_.empty()) {
      json->EndObject();
    }
  }

 private:
  struct Item {
    int64_t time_ns = 0;
    std::string json;
  };
  void WriteMetrics(const ElasticRow& row, JsonWriter* json) const {
    json->BeginObject().Key("sort").BeginArray().Int(row.time_ns() / 1'000'000).EndArray();
    json->Key("metrics").BeginObject();
    for (const std::string& field : metrics_) {
      std::string_view text;
      double value = 0;
      json->Key(field);
      if (NumberOf(row, field, &value)) {
        json->Double(value);
      } else if (row.Get(field, &text)) {
        json->String(text);
      } else {
        json->Null();
      }
    }
    json->EndObject().EndObject();
  }

  const size_t size_;
  const bool newest_;
  const std::vector<std::string>& metrics_;
  uint64_t total_ = 0;
  std::vector<Item> items_;
};

class MetricKind final : public AggregationKind {
 public:
  MetricKind(std::string name, std::string kind, const Node& body)
      : AggregationKind(std::move(name)),
        kind_(std::move(kind)),
        field_(MemberText(body, "field")) {
    const Node* percents = body.Find("percents");
    if (percents != nullptr && percents->IsSequence()) {
      for (const config::NodePtr& item : percents->items) {
        double percent = 0;
        if (ParseNumberText(item->text, &percent)) {
          percents_.push_back(percent);
        }
      }
    } else {
      percents_ = {1, 5, 25, 50, 75, 95, 99};
    }
    size_ = static_cast<size_t>(
        std::clamp(MemberNumber(body, "size", kind_ == "top_hits" ? 3 : 1), 0.0, 10'000.0));
    const Node* metrics = body.Find("metrics");
    if (metrics != nullptr && metrics->IsSequence()) {
      for (const config::NodePtr& item : metrics->items) {
        metrics_.push_back(MemberText(*item, "field"));
      }
    } else if (metrics != nullptr) {
      metrics_.push_back(MemberText(*metrics, "field"));
    }
    newest_ = SortIsDescending(body.Find("sort"));
  }

  std::unique_ptr<AggregationPart> NewPart(size_t* /*buckets*/) const override {
    if (kind_ == "percentiles") {
      return std::make_unique<PercentilesPart>(field_, percents_);
    }
    if (kind_ == "cardinality") {
      return std::make_unique<CardinalityPart>(field_);
    }
    if (kind_ == "top_hits" || kind_ == "top_metrics") {
      return std::make_unique<TopPart>(size_, newest_, metrics_);
    }
    return std::make_unique<StatsPart>(kind_, field_);
  }
  bool AddFields(std::vector<std::string>* fields) const override {
    fields->insert(fields->end(), metrics_.begin(), metrics_.end());
    if (!field_.empty()) {
      fields->push_back(field_);
    }
    return kind_ != "top_hits" && (kind_ != "top_metrics" || !metrics_.empty());
  }

 private:
  static bool SortIsDescending(const Node* sort) {
    if (sort == nullptr) {
      return true;
    }
    if (sort->IsSequence()) {
      return sort->items.empty() || SortIsDescending(sort->items[0].get());
    }
    if (!sort->IsMapping() || sort->entries.empty()) {
      return true;
    }
    const Node& order = *sort->entries[0].value;
    return (order.IsMapping() ? MemberText(order, "order") : order.text) != "asc";
  }

  const std::string kind_;
  const std::string field_;
  std::vector<double> percents_;
  size_t size_ = 1;
  std::vector<std::string> metrics_;
  bool newest_ = true;
};

}  // namespace

base::Result<AggregationKindPtr> ParseMetricKind(const std::string& name, std::string_view kind,
                                                 const Node& body) {
  static constexpr std::string_view kKinds[] = {"avg",
                                                "sum",
                                                "min",
                                                "max",
                                                "value_count",
                                                "stats",
                                                "extended_stats",
                                                "percentiles",
                                                "cardinality",
                                                "top_hits",
                                                "top_metrics"};
  if (std::find(std::begin(kKinds), std::end(kKinds), kind) == std::end(kKinds)) {
    return AggregationKindPtr();
  }
  if (kind != "top_hits" && kind != "top_metrics" && MemberText(body, "field").empty()) {
    return base::InvalidArgument("aggregation [" + name + "] needs a field");
  }
  return AggregationKindPtr(std::make_unique<MetricKind>(name, std::string(kind), body));
}

std::string MemberText(const Node& node, std::string_view key) {
  const Node* found = node.IsMapping() ? node.Find(key) : nullptr;
  return found == nullptr || found->IsNull() ? "" : found->text;
}

bool ParseNumberText(std::string_view text, double* value) {
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), *value);
  return parsed.ec == std::errc() && parsed.ptr == text.data() + text.size() && !text.empty();
}

double MemberNumber(const Node& node, std::string_view key, double fallback) {
  double value = fallback;
  const std::string text = MemberText(node, key);
  return ParseNumberText(text, &value) ? value : fallback;
}

bool NumberOf(const ElasticRow& row, const std::string& field, double* value) {
  if (IsTimeField(field)) {
    *value = static_cast<double>(row.time_ns() / 1'000'000);
    return true;
  }
  std::string_view text;
  return row.Get(field, &text) && ParseNumberText(text, value);
}

}  // namespace sb::api
