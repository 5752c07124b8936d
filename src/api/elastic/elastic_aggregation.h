// SPDX-License-Identifier: Apache-2.0
//
// Aggregations of Elasticsearch: date_histogram, histogram, terms, filters, filter, missing; avg,
// sum, min, max, value_count, stats, extended_stats, percentiles, cardinality, top_hits,
// top_metrics; over buckets derivative, cumulative_sum, serial_diff, moving_fn, moving_avg and
// bucket_script. As a tree that is fed document by document and then printed.
//
//   SB_ASSIGN_OR_RETURN(AggregationPlan plan, AggregationPlan::Parse(body.Find("aggs"), now_ms));
//   auto result = plan.NewResult();
//   result->Add(row); …
//   result->Write(&json);                      // the members of "aggregations"
//
// Exact: cardinality and percentiles count every value. kInvalidArgument names an unknown kind;
// more than kBucketsMax buckets are kResourceExhausted (status()).
// Threads: a plan is immutable, a result belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "api/elastic/elastic_query.h"
#include "api/elastic/elastic_row.h"
#include "api/http/json_writer.h"
#include "base/status.h"
#include "config/node.h"

namespace sb::api {

inline constexpr size_t kBucketsMax = 65'535;

// One bucket's, or the whole answer's, aggregations.
class AggregationResult {
 public:
  virtual ~AggregationResult() = default;
  virtual void Add(const ElasticRow& row) = 0;
  // The members of the object, names included.
  virtual void Write(JsonWriter* json) = 0;
  // A number of a metric inside, for sorting buckets and for pipeline aggregations: "name" or
  // "name.property"; false if there is none.
  virtual bool Number(std::string_view path, double* value) = 0;
};

class AggregationKind;

class AggregationPlan {
 public:
  AggregationPlan();
  ~AggregationPlan();
  AggregationPlan(AggregationPlan&&) noexcept;
  AggregationPlan& operator=(AggregationPlan&&) noexcept;

  static base::Result<AggregationPlan> Parse(const config::Node* aggs, int64_t now_ms,
                                             int depth = 0);
  bool empty() const { return kinds_.empty(); }
  // Adds the fields that the aggregations look at; false: at any.
  bool AddFields(std::vector<std::string>* fields) const;
  // `buckets` counts all buckets of one answer; may be null for a plan without any.
  std::unique_ptr<AggregationResult> NewResult(size_t* buckets) const;
  const std::vector<std::unique_ptr<const AggregationKind>>& kinds() const { return kinds_; }

 private:
  std::vector<std::unique_ptr<const AggregationKind>> kinds_;
};

// A document as a hit: {"_index":…,"_id":…,"_source":{…}}, without the outer braces.
void WriteHitMembers(const ElasticRow& row, JsonWriter* json);
// The index name with the day of the document, as shippers name it.
std::string IndexNameOf(const ElasticRow& row);

}  // namespace sb::api
