// SPDX-License-Identifier: Apache-2.0
//
// One aggregation of a plan: AggregationKind is what was asked, AggregationPart what one bucket (or
// the whole answer) has gathered for it. Private to api/elastic.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/elastic/elastic_aggregation.h"

namespace sb::api {

class AggregationPart {
 public:
  virtual ~AggregationPart() = default;
  virtual void Add(const ElasticRow& row) = 0;
  // The members of its object.
  virtual void Write(JsonWriter* json) = 0;
  virtual bool Number(std::string_view /*property*/, double* /*value*/) { return false; }
};

class AggregationKind {
 public:
  explicit AggregationKind(std::string name) : name_(std::move(name)) {}
  virtual ~AggregationKind() = default;
  const std::string& name() const { return name_; }
  // Computed from the buckets around it.
  virtual bool is_pipeline() const { return false; }
  virtual std::unique_ptr<AggregationPart> NewPart(size_t* buckets) const = 0;
  // Adds the fields that its parts look at; false: at any.
  virtual bool AddFields(std::vector<std::string>* fields) const = 0;

 private:
  const std::string name_;
};

using AggregationKindPtr = std::unique_ptr<const AggregationKind>;

base::Result<AggregationKindPtr> ParseAggregationKind(const std::string& name,
                                                      const config::Node& node, int64_t now_ms,
                                                      int depth);
// Null if the kind is no metric, no pipeline.
base::Result<AggregationKindPtr> ParseMetricKind(const std::string& name, std::string_view kind,
                                                 const config::Node& body);
base::Result<AggregationKindPtr> ParsePipelineKind(const std::string& name, std::string_view kind,
                                                   const config::Node& body);
base::Result<AggregationKindPtr> ParseHistogram(const std::string& name, const config::Node& body,
                                                bool is_date, AggregationPlan inner,
                                                int64_t now_ms);
base::Result<AggregationKindPtr> ParseBucketKind(const std::string& name, std::string_view kind,
                                                 const config::Node& body, AggregationPlan inner,
                                                 int64_t now_ms);

// Text of a member, "" if there is none; a number of a member, or `fallback`.
std::string MemberText(const config::Node& node, std::string_view key);
double MemberNumber(const config::Node& node, std::string_view key, double fallback);
bool ParseNumberText(std::string_view text, double* value);
// The value of a field as a number: times are milliseconds.
bool NumberOf(const ElasticRow& row, const std::string& field, double* value);

}  // namespace sb::api
