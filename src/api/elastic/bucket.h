// SPDX-License-Identifier: Apache-2.0
//
// Bucket is one bucket of an aggregation: how many documents, and the aggregations inside.
// BucketMaker makes them under the one limit of an answer: beyond it documents are not counted,
// and the search says so. BucketKind is a kind whose parts are made of a rule and a plan.
// Private to api/elastic. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/elastic/aggregation_kind.h"

namespace sb::api {

struct Bucket {
  uint64_t count = 0;
  std::unique_ptr<AggregationResult> inner;
};

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

inline void AddTo(Bucket* bucket, const ElasticRow& row) {
  ++bucket->count;
  if (bucket->inner != nullptr) {
    bucket->inner->Add(row);
  }
}

inline void WriteBucket(const Bucket& bucket, JsonWriter* json) {
  json->Key("doc_count").Uint(bucket.count);
  if (bucket.inner != nullptr) {
    bucket.inner->Write(json);
  }
}

// The number that a path without brackets names in a bucket; NaN if there is none.
double NumberOfBucket(const Bucket& bucket, std::string_view path);
// "1[95.0]" and "a>b" as "1.95.0" and "a.b".
std::string PlainPath(std::string path);

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

}  // namespace sb::api
