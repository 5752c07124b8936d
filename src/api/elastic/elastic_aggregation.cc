// SPDX-License-Identifier: Apache-2.0
#include "api/elastic/elastic_aggregation.h"

#include <charconv>
#include <cmath>
#include <utility>

#include "api/elastic/aggregation_kind.h"
#include "api/elastic/pipeline_aggregations.h"
#include "encoding/hash.h"
#include "encoding/iso_time.h"

namespace sb::api {
namespace {

constexpr int kDepthMax = 16;

class Results final : public AggregationResult {
 public:
  Results(const AggregationPlan& plan, size_t* buckets) : plan_(plan) {
    for (const auto& kind : plan.kinds()) {
      parts_.push_back(kind->NewPart(buckets));
    }
  }
  void Add(const ElasticRow& row) override {
    for (const auto& part : parts_) {
      part->Add(row);
    }
  }
  void Write(JsonWriter* json) override {
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (plan_.kinds()[i]->is_pipeline()) {
        continue;  // its numbers are written by the buckets around it
      }
      json->Key(plan_.kinds()[i]->name()).BeginObject();
      parts_[i]->Write(json);
      json->EndObject();
    }
  }
  bool Number(std::string_view path, double* value) override {
    const size_t dot = path.find('.');
    const std::string_view name = path.substr(0, dot);
    for (size_t i = 0; i < parts_.size(); ++i) {
      if (plan_.kinds()[i]->name() == name) {
        return parts_[i]->Number(dot == std::string_view::npos ? "" : path.substr(dot + 1), value);
      }
    }
    return false;
  }

 private:
  const AggregationPlan& plan_;
  std::vector<std::unique_ptr<AggregationPart>> parts_;
};

}  // namespace

AggregationPlan::AggregationPlan() = default;
AggregationPlan::~AggregationPlan() = default;
AggregationPlan::AggregationPlan(AggregationPlan&&) noexcept = default;
AggregationPlan& AggregationPlan::operator=(AggregationPlan&&) noexcept = default;

base::Result<AggregationPlan> AggregationPlan::Parse(const config::Node* aggs, int64_t now_ms,
                                                     int depth) {
  AggregationPlan plan;
  if (aggs == nullptr || aggs->IsNull()) {
    return plan;
  }
  if (!aggs->IsMapping() || depth > kDepthMax) {
    return base::InvalidArgument("aggregations are an object, nested at most 16 deep");
  }
  for (const config::Node::Entry& entry : aggs->entries) {
    SB_ASSIGN_OR_RETURN(auto kind,
                        ParseAggregationKind(entry.key->text, *entry.value, now_ms, depth));
    plan.kinds_.push_back(std::move(kind));
  }
  SB_RETURN_IF_ERROR(CheckPipelinePaths(plan));
  return plan;
}

std::unique_ptr<AggregationResult> AggregationPlan::NewResult(size_t* buckets) const {
  return std::make_unique<Results>(*this, buckets);
}

bool AggregationPlan::AddFields(std::vector<std::string>* fields) const {
  for (const auto& kind : kinds_) {
    if (!kind->AddFields(fields)) {
      return false;
    }
  }
  return true;
}

std::string IndexNameOf(const ElasticRow& row) {
  std::string day = encoding::FormatIsoTime(row.time_ns()).substr(0, 10);
  day[4] = day[7] = '.';
  return std::string(row.index()) + "-" + day;
}

void WriteHitMembers(const ElasticRow& row, JsonWriter* json) {
  std::string_view id;
  json->Key("_index").String(IndexNameOf(row));
  std::string made;
  if (!row.Get("_id", &id)) {
    // Stable, so that a client can tell two hits apart.
    const encoding::Hash128 hash =
        encoding::Hash128Of(row.line(), static_cast<uint64_t>(row.time_ns()) ^ row.stream().Hash());
    made = std::to_string(hash.low) + std::to_string(hash.high % 1000);
    id = made;
  }
  json->Key("_id").String(id).Key("_score").Null().Key("_source").BeginObject();
  json->Key("@timestamp").String(encoding::FormatIsoTime(row.time_ns()));
  json->Key("message").String(row.line());
  row.ForEach([&](std::string_view name, std::string_view value) {
    if (name != "_id") {
      json->Key(name).String(value);
    }
  });
  json->EndObject();
}

}  // namespace sb::api
