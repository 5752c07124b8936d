// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/elastic/aggregation_kind.h"
#include "config/duration.h"
#include "encoding/iso_time.h"

namespace sb::api {
namespace {

using config::Node;

struct Bucket {
  uint64_t count = 0;
  std::unique_ptr<AggregationResult> inner;
};

// Makes buckets under the one limit of an answer: beyond it documents are not counted, and the
// search says so.
class BucketMaker {
 public:
  BucketMaker(const AggregationPlan* plan, size_t* buckets) : plan_(plan), buckets_(buckets) {}
  bool IsFull() const { return *buckets_ > kBucketsMax; }
  Bucket New() const {
    ++*buckets_;
    return Bucket{0, plan_->empty() ? nullptr : plan_->NewResult(buckets_)};
  }
  const AggregationPlan& plan() const { return *plan_; }

 private:
  const AggregationPlan* plan_;
  size_t* buckets_;
};

void AddTo(Bucket* bucket, const ElasticRow& row) {
  ++bucket->count;
  if (bucket->inner != nullptr) {
    bucket->inner->Add(row);
  }
}

void WriteBucket(const Bucket& bucket, JsonWriter* json) {
  json->Key("doc_count").Uint(bucket.count);
  if (bucket.inner != nullptr) {
    bucket.inner->Write(json);
  }
}

struct HistogramRule {
  std::string field;
  bool is_date = false;
  double interval = 1;  // dates: milliseconds
  double offset = 0;
  char calendar = '\0';  // 'M', 'q', 'y': units without a fixed length
  uint64_t min_count = 1;
  bool has_bounds = false;
  double bound_low = 0;
  double bound_high = 0;
};

// The first millisecond of the month, quarter or year that holds `ms`.
double CalendarStart(double ms, char unit) {
  const std::string text = encoding::FormatIsoTimeMs(static_cast<int64_t>(ms));
  const int64_t year = std::stoll(text.substr(0, 4));  // tidy: number because it is our own text
  int64_t month = std::stoll(text.substr(5, 2));       // tidy: number because it is our own text
  month = unit == 'y' ? 1 : unit == 'q' ? (month - 1) / 3 * 3 + 1 : month;
  return static_cast<double>(encoding::DaysOfDate(year, month, 1) * 86'400'000);
}

class HistogramPart final : public AggregationPart {
 public:
  HistogramPart(const HistogramRule& rule, BucketMaker maker) : rule_(rule), maker_(maker) {}

  void Add(const ElasticRow& row) override {
    double value = 0;
    if (maker_.IsFull() || !NumberOf(row, rule_.field, &value)) {
      return;
    }
    AddTo(At(KeyOf(value)), row);
  }

  void Write(JsonWriter* json) override {
    FillGaps();
    json->Key("buckets").BeginArray();
    std::map<std::string, double> sums;
    for (auto& [key, bucket] : buckets_) {
      if (bucket.count < rule_.min_count) {
        continue;
      }
      json->BeginObject();
      if (rule_.is_date) {
        json->Key("key_as_string")
            .String(encoding::FormatIsoTimeMs(static_cast<int64_t>(key)))
            .Key("key")
            .Int(static_cast<int64_t>(key));
      } else {
        json->Key("key").Double(key);
      }
      WriteBucket(bucket, json);
      WritePipelines(bucket, &before_, &sums, json);
      json->EndObject();
    }
    json->EndArray();
  }

 private:
  double KeyOf(double value) const {
    if (rule_.calendar != '\0') {
      return CalendarStart(value, rule_.calendar);
    }
    return std::floor((value - rule_.offset) / rule_.interval) * rule_.interval + rule_.offset;
  }
  Bucket* At(double key) {
    const auto found = buckets_.find(key);
    return found != buckets_.end() ? &found->second
                                   : &buckets_.emplace(key, maker_.New()).first->second;
  }
  // min_doc_count 0 wants the empty buckets between, and those of extended_bounds.
  void FillGaps() {
    if (rule_.min_count != 0 || rule_.calendar != '\0') {
      return;
    }
    if (rule_.has_bounds) {
      At(KeyOf(rule_.bound_low));
      At(KeyOf(rule_.bound_high));
    }
    if (buckets_.empty()) {
      return;
    }
    const double low = buckets_.begin()->first;
    const double high = buckets_.rbegin()->first;
    const auto steps = static_cast<int64_t>((high - low) / rule_.interval + 0.5);
    for (int64_t i = 1; i < steps && !maker_.IsFull(); ++i) {
      At(KeyOf(low + (static_cast<double>(i) + 0.5) * rule_.interval));
    }
  }
  void WritePipelines(Bucket& bucket, std::map<std::string, double>* last,
                      std::map<std::string, double>* sums, JsonWriter* json) const {
    for (const auto& kind : maker_.plan().kinds()) {
      if (!kind->is_pipeline()) {
        continue;
      }
      const auto& pipeline = static_cast<const PipelineKind&>(*kind);
      double value = static_cast<double>(bucket.count);
      if (pipeline.path() != "_count" &&
          (bucket.inner == nullptr || !bucket.inner->Number(pipeline.path(), &value))) {
        continue;
      }
      if (pipeline.what() == PipelineKind::What::kCumulativeSum) {
        value = (*sums)[pipeline.name()] += value;
      } else {
        const auto found = last->find(pipeline.name());
        const double before = found == last->end() ? 0 : found->second;
        const bool is_first = found == last->end();
        (*last)[pipeline.name()] = value;
        if (is_first) {
          continue;
        }
        value -= before;
      }
      json->Key(pipeline.name()).BeginObject().Key("value").Double(value).EndObject();
    }
  }

  const HistogramRule& rule_;
  const BucketMaker maker_;
  std::map<double, Bucket> buckets_;
  std::map<std::string, double> before_;
};

struct TermsRule {
  std::string field;
  size_t size = 10;
  uint64_t min_count = 1;
  std::string order = "_count";
  bool ascending = false;
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
    auto found = buckets_.find(std::string(value));
    if (found == buckets_.end()) {
      if (maker_.IsFull()) {
        return;
      }
      found = buckets_.emplace(std::string(value), maker_.New()).first;
    }
    AddTo(&found->second, row);
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
    for (const auto& [key, bucket] : sorted) {
      json->BeginObject().Key("key").String(*key);
      WriteBucket(*bucket, json);
      json->EndObject();
    }
    json->EndArray();
  }

 private:
  using Entry = std::pair<const std::string*, Bucket*>;
  bool Before(const Entry& a, const Entry& b) const {
    if (rule_.order == "_key" || rule_.order == "_term") {
      return rule_.ascending ? *a.first < *b.first : *b.first < *a.first;
    }
    double x = static_cast<double>(a.second->count);
    double y = static_cast<double>(b.second->count);
    if (rule_.order != "_count") {
      x = y = 0;
      if (a.second->inner != nullptr) {
        a.second->inner->Number(rule_.order, &x);
        b.second->inner->Number(rule_.order, &y);
      }
    }
    if (x != y) {
      return rule_.ascending ? x < y : y < x;
    }
    return *a.first < *b.first;
  }

  const TermsRule& rule_;
  const BucketMaker maker_;
  std::unordered_map<std::string, Bucket> buckets_;
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

 private:
  const Named& filters_;
  const bool is_single_;
  std::vector<Bucket> buckets_;
};

template <typename Part, typename Rule>
class BucketKind final : public AggregationKind {
 public:
  BucketKind(std::string name, Rule rule, AggregationPlan inner)
      : AggregationKind(std::move(name)), rule_(std::move(rule)), inner_(std::move(inner)) {}
  std::unique_ptr<AggregationPart> NewPart(size_t* buckets) const override {
    return std::make_unique<Part>(rule_, BucketMaker(&inner_, buckets));
  }
  bool AddFields(std::vector<std::string>* fields) const override {
    fields->push_back(rule_.field);
    return inner_.AddFields(fields);
  }

 private:
  const Rule rule_;
  const AggregationPlan inner_;
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

// "30s", "1d", and the names of calendar units.
base::Status ReadInterval(const std::string& text, HistogramRule* rule) {
  const std::pair<std::string_view, std::string_view> named[] = {
      {"second", "1s"}, {"minute", "1m"}, {"hour", "1h"}, {"day", "1d"}, {"week", "1w"}};
  std::string plain = text;
  for (const auto& [name, value] : named) {
    plain = plain == name ? std::string(value) : plain;
  }
  if (plain == "1M" || plain == "month" || plain == "1q" || plain == "quarter" || plain == "1y" ||
      plain == "year") {
    rule->calendar = plain == "1M" || plain == "month"      ? 'M'
                     : plain.find('q') != std::string::npos ? 'q'
                                                            : 'y';
    return base::OkStatus();
  }
  const auto duration = config::ParseDuration(plain);
  if (!duration.ok() || duration->Value() <= 0) {
    return base::InvalidArgument("not an interval of a date_histogram: " + text);
  }
  rule->interval = static_cast<double>(duration->Value());
  // Weeks begin on Monday; 1970 began on a Thursday.
  if (plain.ends_with('w')) {
    rule->offset = -3.0 * 86'400'000;
  }
  return base::OkStatus();
}

// "+01:00" in milliseconds; names of zones count as UTC.
double ZoneOffsetMs(const std::string& zone) {
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-')) {
    return 0;
  }
  double hours = 0;
  double minutes = 0;
  ParseNumberText(std::string_view(zone).substr(1, 2), &hours);
  ParseNumberText(std::string_view(zone).substr(4, 2), &minutes);
  return (zone[0] == '+' ? 1 : -1) * (hours * 3'600'000 + minutes * 60'000);
}

base::Result<AggregationKindPtr> ParseHistogram(const std::string& name, const Node& body,
                                                bool is_date, AggregationPlan inner,
                                                int64_t now_ms) {
  HistogramRule rule;
  rule.is_date = is_date;
  rule.field = MemberText(body, "field");
  rule.min_count = static_cast<uint64_t>(MemberNumber(body, "min_doc_count", 0));
  if (is_date) {
    std::string interval = MemberText(body, "fixed_interval");
    interval = interval.empty() ? MemberText(body, "calendar_interval") : interval;
    interval = interval.empty() ? MemberText(body, "interval") : interval;
    SB_RETURN_IF_ERROR(ReadInterval(interval, &rule));
    rule.offset -= ZoneOffsetMs(MemberText(body, "time_zone"));
    rule.field = rule.field.empty() ? "@timestamp" : rule.field;
  } else {
    rule.interval = MemberNumber(body, "interval", 0);
    rule.offset = MemberNumber(body, "offset", 0);
    if (rule.interval <= 0) {
      return base::InvalidArgument("aggregation [" + name + "] needs an interval above zero");
    }
  }
  const Node* bounds = body.Find("extended_bounds");
  if (bounds != nullptr && bounds->Find("min") != nullptr && bounds->Find("max") != nullptr) {
    rule.has_bounds = true;
    if (is_date) {
      SB_ASSIGN_OR_RETURN(const int64_t low,
                          ParseElasticTime(MemberText(*bounds, "min"), now_ms, false));
      SB_ASSIGN_OR_RETURN(const int64_t high,
                          ParseElasticTime(MemberText(*bounds, "max"), now_ms, true));
      rule.bound_low = static_cast<double>(low);
      rule.bound_high = static_cast<double>(high);
    } else {
      rule.bound_low = MemberNumber(*bounds, "min", 0);
      rule.bound_high = MemberNumber(*bounds, "max", 0);
    }
  }
  return AggregationKindPtr(std::make_unique<BucketKind<HistogramPart, HistogramRule>>(
      name, std::move(rule), std::move(inner)));
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
  const Node* order = body.Find("order");
  if (order != nullptr && order->IsSequence() && !order->items.empty()) {
    order = order->items[0].get();
  }
  if (order != nullptr && order->IsMapping() && !order->entries.empty()) {
    rule.order = order->entries[0].key->text;
    rule.ascending = order->entries[0].value->text == "asc";
  }
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
  if (type == "derivative" || type == "cumulative_sum") {
    std::string path = MemberText(body, "buckets_path");
    const size_t bracket = path.find('[');  // 1[95.0] names a percentile
    if (bracket != std::string::npos) {
      path = path.substr(0, bracket) + "." + path.substr(bracket + 1, path.size() - bracket - 2);
    }
    return AggregationKindPtr(std::make_unique<PipelineKind>(
        name,
        type == "derivative" ? PipelineKind::What::kDerivative : PipelineKind::What::kCumulativeSum,
        path));
  }
  SB_ASSIGN_OR_RETURN(AggregationKindPtr metric, ParseMetricKind(name, type, body));
  if (metric != nullptr) {
    return metric;
  }
  SB_ASSIGN_OR_RETURN(AggregationPlan inner, AggregationPlan::Parse(inner_node, now_ms, depth + 1));
  return ParseBucketKind(name, type, body, std::move(inner), now_ms);
}

}  // namespace sb::api
