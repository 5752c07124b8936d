// SPDX-License-Identifier: Apache-2.0
//
// histogram and date_histogram.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "api/elastic/aggregation_kind.h"
#include "api/elastic/bucket.h"
#include "api/elastic/date_rounding.h"
#include "api/elastic/pipeline_aggregations.h"
#include "encoding/iso_time.h"

namespace sb::api {
namespace {

using config::Node;

struct Bounds {
  double low = 0;
  double high = 0;
};

struct HistogramRule {
  std::string field;
  std::optional<DateRounding> date;
  std::string format;   // of the keys of dates
  double interval = 1;  // of numbers
  double offset = 0;    // of numbers
  uint64_t min_count = 0;
  bool is_keyed = false;
  bool by_count = false;  // the order of buckets
  bool descending = false;
  std::optional<Bounds> extended;
  std::optional<Bounds> hard;
};

class HistogramPart final : public AggregationPart {
 public:
  HistogramPart(const HistogramRule& rule, BucketMaker maker) : rule_(rule), maker_(maker) {}

  void Add(const ElasticRow& row) override {
    double value = 0;
    if (!ValueOf(row, &value) ||
        (rule_.hard.has_value() && (value < rule_.hard->low || value > rule_.hard->high))) {
      return;
    }
    // Documents come nearly in time order: most belong to the bucket of the one before.
    if (last_ == nullptr || value < last_begin_ || value >= last_end_) {
      if (maker_.IsFull()) {
        return;
      }
      last_begin_ = KeyOf(value);
      last_end_ = NextKey(last_begin_);
      last_ = At(last_begin_);
    }
    AddTo(last_, row);
  }

  void Write(JsonWriter* json) override {
    FillGaps();
    std::vector<double> keys;
    std::vector<Bucket*> shown;
    for (auto& [key, bucket] : buckets_) {
      if (bucket.count >= rule_.min_count) {
        keys.push_back(key);
        shown.push_back(&bucket);
      }
    }
    const PipelineResults pipelines(maker_.plan(), shown, keys);
    json->Key("buckets");
    rule_.is_keyed ? json->BeginObject() : json->BeginArray();
    for (const size_t i : OrderOf(shown)) {
      const std::string name = NameOf(keys[i]);
      if (rule_.is_keyed) {
        json->Key(name.empty() ? std::to_string(keys[i]) : name);
      }
      json->BeginObject();
      if (rule_.date.has_value()) {
        json->Key("key_as_string").String(name).Key("key").Int(static_cast<int64_t>(keys[i]));
      } else {
        json->Key("key").Double(keys[i]);
      }
      WriteBucket(*shown[i], json);
      pipelines.Write(i, json);
      json->EndObject();
    }
    rule_.is_keyed ? json->EndObject() : json->EndArray();
  }

 private:
  bool ValueOf(const ElasticRow& row, double* value) const {
    if (NumberOf(row, rule_.field, value)) {
      return true;
    }
    std::string_view text;
    int64_t ns = 0;
    if (!rule_.date.has_value() || !row.Get(rule_.field, &text) ||
        !encoding::ParseIsoTime(text, &ns)) {
      return false;
    }
    *value = std::floor(static_cast<double>(ns) / 1e6);
    return true;
  }
  double KeyOf(double value) const {
    if (rule_.date.has_value()) {
      return static_cast<double>(rule_.date->Round(static_cast<int64_t>(value)));
    }
    return std::floor((value - rule_.offset) / rule_.interval) * rule_.interval + rule_.offset;
  }
  double NextKey(double key) const {
    return rule_.date.has_value() ? static_cast<double>(rule_.date->Next(static_cast<int64_t>(key)))
                                  : KeyOf(key + 1.5 * rule_.interval);
  }
  std::string NameOf(double key) const {
    return rule_.date.has_value()
               ? DateText(static_cast<int64_t>(key), rule_.date->zone(), rule_.format)
               : std::string();
  }
  Bucket* At(double key) {
    const auto found = buckets_.find(key);
    return found != buckets_.end() ? &found->second
                                   : &buckets_.emplace(key, maker_.New()).first->second;
  }
  // min_doc_count 0 wants the empty buckets between, and those of extended_bounds.
  void FillGaps() {
    if (rule_.min_count != 0) {
      return;
    }
    if (rule_.extended.has_value()) {
      At(KeyOf(rule_.extended->low));
      At(KeyOf(rule_.extended->high));
    }
    if (buckets_.empty()) {
      return;
    }
    const double high = buckets_.rbegin()->first;
    for (double key = NextKey(buckets_.begin()->first); key < high && !maker_.IsFull();
         key = NextKey(key)) {
      At(key);
    }
  }
  std::vector<size_t> OrderOf(const std::vector<Bucket*>& shown) const {
    std::vector<size_t> order(shown.size());
    for (size_t i = 0; i < order.size(); ++i) {
      order[i] = rule_.descending && !rule_.by_count ? order.size() - 1 - i : i;
    }
    if (rule_.by_count) {
      std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
        return rule_.descending ? shown[a]->count > shown[b]->count
                                : shown[a]->count < shown[b]->count;
      });
    }
    return order;
  }

  const HistogramRule& rule_;
  const BucketMaker maker_;
  std::map<double, Bucket> buckets_;
  Bucket* last_ = nullptr;  // what the last document was added to
  double last_begin_ = 0;
  double last_end_ = 0;
};

base::Result<std::optional<Bounds>> ReadBounds(const Node& body, const char* name, bool is_date,
                                               int64_t now_ms) {
  const Node* const node = body.Find(name);
  if (node == nullptr || node->Find("min") == nullptr || node->Find("max") == nullptr) {
    return std::optional<Bounds>();
  }
  Bounds bounds;
  if (is_date) {
    SB_ASSIGN_OR_RETURN(const int64_t low,
                        ParseElasticTime(MemberText(*node, "min"), now_ms, false));
    SB_ASSIGN_OR_RETURN(const int64_t high,
                        ParseElasticTime(MemberText(*node, "max"), now_ms, true));
    bounds = {static_cast<double>(low), static_cast<double>(high)};
  } else {
    bounds = {MemberNumber(*node, "min", 0), MemberNumber(*node, "max", 0)};
  }
  return std::optional<Bounds>(bounds);
}

}  // namespace

base::Result<AggregationKindPtr> ParseHistogram(const std::string& name, const Node& body,
                                                bool is_date, AggregationPlan inner,
                                                int64_t now_ms) {
  HistogramRule rule;
  rule.field = MemberText(body, "field");
  rule.min_count = static_cast<uint64_t>(std::max(0.0, MemberNumber(body, "min_doc_count", 0)));
  rule.is_keyed = MemberText(body, "keyed") == "true";
  rule.format = MemberText(body, "format");
  if (is_date) {
    SB_ASSIGN_OR_RETURN(rule.date, DateRounding::Parse(body));
    rule.field = rule.field.empty() ? "@timestamp" : rule.field;
  } else {
    rule.interval = MemberNumber(body, "interval", 0);
    rule.offset = MemberNumber(body, "offset", 0);
    if (rule.interval <= 0) {
      return base::InvalidArgument("aggregation [" + name + "] needs an interval above zero");
    }
  }
  if (const Node* order = body.Find("order");
      order != nullptr && order->IsMapping() && !order->entries.empty()) {
    rule.by_count = order->entries[0].key->text == "_count";
    rule.descending = order->entries[0].value->text == "desc";
  }
  SB_ASSIGN_OR_RETURN(rule.extended, ReadBounds(body, "extended_bounds", is_date, now_ms));
  SB_ASSIGN_OR_RETURN(rule.hard, ReadBounds(body, "hard_bounds", is_date, now_ms));
  return AggregationKindPtr(std::make_unique<BucketKind<HistogramPart, HistogramRule>>(
      name, std::move(rule), std::move(inner)));
}

}  // namespace sb::api
