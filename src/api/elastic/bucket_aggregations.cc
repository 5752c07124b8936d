// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/elastic/aggregation_kind.h"
#include "api/elastic/bucket.h"
#include "api/elastic/pipeline_aggregations.h"

namespace sb::api {
namespace {

using config::Node;

struct TermsRule {
  std::string field;
  size_t size = 10;
  uint64_t min_count = 1;
  struct Order {
    std::string by;  // _count, _key or the path of a metric inside
    bool ascending = false;
  };
  std::vector<Order> orders;  // the first that differs decides
  bool has_missing = false;
  std::string missing;
};

class TermsPart final : public AggregationPart {
 public:
  TermsPart(const TermsRule& rule, BucketMaker maker) : rule_(rule), maker_(maker) {}
  void Add(const ElasticRow& row) override {
    std::string_view value;
    std::string index_name;
    if (rule_.field == "_index") {
      index_name = IndexNameOf(row);
      value = index_name;
    } else if (!row.Get(rule_.field, &value)) {
      if (!rule_.has_missing) {
        return;
      }
      value = rule_.missing;
    }
    // Rows of one stream follow one another.
    if (last_ == nullptr || last_->first != value) {
      auto found = buckets_.find(std::string(value));
      if (found == buckets_.end()) {
        if (maker_.IsFull()) {
          return;
        }
        found = buckets_.emplace(std::string(value), maker_.New()).first;
      }
      last_ = &*found;
    }
    AddTo(&last_->second, row);
  }
  void Write(JsonWriter* json) override {
    std::vector<std::pair<const std::string*, Bucket*>> sorted;
    uint64_t rest = 0;
    for (auto& [key, bucket] : buckets_) {
      if (bucket.count >= rule_.min_count) {
        sorted.emplace_back(&key, &bucket);
      }
    }
    std::sort(sorted.begin(), sorted.end(),
              [this](const auto& a, const auto& b) { return Before(a, b); });
    for (size_t i = rule_.size; i < sorted.size(); ++i) {
      rest += sorted[i].second->count;
    }
    sorted.resize(std::min(sorted.size(), rule_.size));
    json->Key("doc_count_error_upper_bound").Int(0).Key("sum_other_doc_count").Uint(rest);
    json->Key("buckets").BeginArray();
    std::vector<Bucket*> shown;
    for (const auto& [key, bucket] : sorted) {
      shown.push_back(bucket);
    }
    const PipelineResults pipelines(maker_.plan(), shown, {});
    for (size_t i = 0; i < sorted.size(); ++i) {
      json->BeginObject().Key("key").String(*sorted[i].first);
      WriteBucket(*sorted[i].second, json);
      pipelines.Write(i, json);
      json->EndObject();
    }
    json->EndArray();
  }

 private:
  using Entry = std::pair<const std::string*, Bucket*>;
  bool Before(const Entry& a, const Entry& b) const {
    for (const TermsRule::Order& order : rule_.orders) {
      const int compared =
          order.by == "_key" ? CompareKeys(*a.first, *b.first)
                             : CompareNumbers(NumberOfBucket(*a.second, order.by),
                                              NumberOfBucket(*b.second, order.by), order.ascending);
      if (compared != 0) {
        return order.ascending ? compared < 0 : compared > 0;
      }
    }
    return CompareKeys(*a.first, *b.first) < 0;
  }
  // Numbers by value, before texts.
  static int CompareKeys(const std::string& a, const std::string& b) {
    double x = 0;
    double y = 0;
    const bool is_x = ParseNumberText(a, &x);
    const bool is_y = ParseNumberText(b, &y);
    if (is_x && is_y && x != y) {
      return x < y ? -1 : 1;
    }
    return is_x != is_y ? (is_x ? -1 : 1) : a.compare(b);
  }
  // What has no number stands last, whichever way.
  static int CompareNumbers(double a, double b, bool ascending) {
    if (std::isnan(a) || std::isnan(b)) {
      const int last = ascending ? 1 : -1;
      return std::isnan(a) == std::isnan(b) ? 0 : std::isnan(a) ? last : -last;
    }
    return a < b ? -1 : a > b ? 1 : 0;
  }

  const TermsRule& rule_;
  const BucketMaker maker_;
  std::unordered_map<std::string, Bucket> buckets_;
  std::pair<const std::string, Bucket>* last_ = nullptr;
};

// filters, filter, missing: a query per bucket.
class FiltersPart final : public AggregationPart {
 public:
  using Named = std::vector<std::pair<std::string, ElasticQueryPtr>>;
  FiltersPart(const Named& filters, bool is_single, const BucketMaker& maker)
      : filters_(filters), is_single_(is_single) {
    for (size_t i = 0; i < filters.size(); ++i) {
      buckets_.push_back(maker.New());
    }
  }
  void Add(const ElasticRow& row) override {
    for (size_t i = 0; i < filters_.size(); ++i) {
      if (filters_[i].second->Matches(row)) {
        AddTo(&buckets_[i], row);
      }
    }
  }
  void Write(JsonWriter* json) override {
    if (is_single_) {
      WriteBucket(buckets_[0], json);
      return;
    }
    json->Key("buckets").BeginObject();
    for (size_t i = 0; i < filters_.size(); ++i) {
      json->Key(filters_[i].first).BeginObject();
      WriteBucket(buckets_[i], json);
      json->EndObject();
    }
    json->EndObject();
  }
  bool Number(std::string_view property, double* value) override {
    if (!is_single_) {
      return false;
    }
    if (property.empty() || property == "_count") {
      *value = static_cast<double>(buckets_[0].count);
      return true;
    }
    return buckets_[0].inner != nullptr && buckets_[0].inner->Number(property, value);
  }

 private:
  const Named& filters_;
  const bool is_single_;
  std::vector<Bucket> buckets_;
};

class FiltersKind final : public AggregationKind {
 public:
  FiltersKind(std::string name, FiltersPart::Named filters, bool is_single, AggregationPlan inner)
      : AggregationKind(std::move(name)),
        filters_(std::move(filters)),
        is_single_(is_single),
        inner_(std::move(inner)) {}
  std::unique_ptr<AggregationPart> NewPart(size_t* buckets) const override {
    return std::make_unique<FiltersPart>(filters_, is_single_, BucketMaker(&inner_, buckets));
  }
  bool AddFields(std::vector<std::string>* fields) const override {
    for (const auto& [name, query] : filters_) {
      if (!query->AddFields(fields)) {
        return false;
      }
    }
    return inner_.AddFields(fields);
  }

 private:
  const FiltersPart::Named filters_;
  const bool is_single_;
  const AggregationPlan inner_;
};

// {"1":"desc"} or a list of such.
base::Status ReadOrders(const Node* node, const AggregationPlan& inner, TermsRule* rule) {
  if (node == nullptr || node->IsNull()) {
    rule->orders.push_back({"_count", false});
    return base::OkStatus();
  }
  if (node->IsSequence()) {
    for (const config::NodePtr& item : node->items) {
      SB_RETURN_IF_ERROR(ReadOrders(item.get(), inner, rule));
    }
    return base::OkStatus();
  }
  for (const Node::Entry& entry : node->entries) {
    std::string by = PlainPath(entry.key->text);
    by = by == "_term" ? "_key" : by;
    const bool is_known =
        by == "_key" || by == "_count" ||
        std::any_of(inner.kinds().begin(), inner.kinds().end(),
                    [&by](const auto& kind) { return kind->name() == by.substr(0, by.find('.')); });
    if (!is_known) {
      return base::InvalidArgument("Invalid aggregation order path [" + entry.key->text +
                                   "]. The provided aggregation [" + by.substr(0, by.find('.')) +
                                   "] either does not exist, or is a pipeline aggregation");
    }
    rule->orders.push_back({std::move(by), entry.value->text == "asc"});
  }
  return base::OkStatus();
}

base::Result<AggregationKindPtr> ParseTerms(const std::string& name, const Node& body,
                                            AggregationPlan inner) {
  TermsRule rule;
  rule.field = MemberText(body, "field");
  const double size = MemberNumber(body, "size", 10);
  rule.size = size <= 0 ? kBucketsMax : static_cast<size_t>(std::min(size, 65'535.0));
  rule.min_count = static_cast<uint64_t>(MemberNumber(body, "min_doc_count", 1));
  if (const Node* missing = body.Find("missing"); missing != nullptr) {
    rule.has_missing = true;
    rule.missing = missing->text;
  }
  SB_RETURN_IF_ERROR(ReadOrders(body.Find("order"), inner, &rule));
  return AggregationKindPtr(
      std::make_unique<BucketKind<TermsPart, TermsRule>>(name, std::move(rule), std::move(inner)));
}

base::Result<AggregationKindPtr> ParseFilters(const std::string& name, const Node& body,
                                              AggregationPlan inner, int64_t now_ms) {
  FiltersPart::Named filters;
  const Node* named = body.Find("filters");
  if (named == nullptr || !named->IsMapping()) {
    return base::InvalidArgument("aggregation [" + name + "] needs named filters");
  }
  for (const Node::Entry& entry : named->entries) {
    SB_ASSIGN_OR_RETURN(ElasticQueryPtr query, ParseElasticQuery(entry.value.get(), now_ms));
    filters.emplace_back(entry.key->text, std::move(query));
  }
  return AggregationKindPtr(
      std::make_unique<FiltersKind>(name, std::move(filters), false, std::move(inner)));
}

}  // namespace

base::Result<AggregationKindPtr> ParseBucketKind(const std::string& name, std::string_view kind,
                                                 const Node& body, AggregationPlan inner,
                                                 int64_t now_ms) {
  if (kind == "date_histogram" || kind == "histogram") {
    return ParseHistogram(name, body, kind == "date_histogram", std::move(inner), now_ms);
  }
  if (kind == "terms") {
    return ParseTerms(name, body, std::move(inner));
  }
  if (kind == "filters") {
    return ParseFilters(name, body, std::move(inner), now_ms);
  }
  FiltersPart::Named one;
  if (kind == "filter") {
    SB_ASSIGN_OR_RETURN(ElasticQueryPtr query, ParseElasticQuery(&body, now_ms));
    one.emplace_back("", std::move(query));
  } else if (kind == "missing") {
    one.emplace_back("", QueryNot(QueryExists(MemberText(body, "field"))));
  } else {
    return base::InvalidArgument("unknown aggregation type [" + std::string(kind) + "]");
  }
  return AggregationKindPtr(
      std::make_unique<FiltersKind>(name, std::move(one), true, std::move(inner)));
}

base::Result<AggregationKindPtr> ParseAggregationKind(const std::string& name, const Node& node,
                                                      int64_t now_ms, int depth) {
  const Node* inner_node = nullptr;
  const Node::Entry* kind = nullptr;
  for (const Node::Entry& entry : node.entries) {
    if (entry.key->text == "aggs" || entry.key->text == "aggregations") {
      inner_node = entry.value.get();
    } else if (entry.key->text != "meta") {
      kind = &entry;
    }
  }
  if (kind == nullptr) {
    return base::InvalidArgument("aggregation [" + name + "] has no type");
  }
  const std::string& type = kind->key->text;
  const Node& body = *kind->value;
  SB_ASSIGN_OR_RETURN(AggregationKindPtr pipeline, ParsePipelineKind(name, type, body));
  if (pipeline != nullptr) {
    return pipeline;
  }
  SB_ASSIGN_OR_RETURN(AggregationKindPtr metric, ParseMetricKind(name, type, body));
  if (metric != nullptr) {
    return metric;
  }
  SB_ASSIGN_OR_RETURN(AggregationPlan inner, AggregationPlan::Parse(inner_node, now_ms, depth + 1));
  return ParseBucketKind(name, type, body, std::move(inner), now_ms);
}

}  // namespace sb::api
