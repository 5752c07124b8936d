// SPDX-License-Identifier: Apache-2.0
//
// Aggregations that are computed from the buckets around them: derivative, cumulative_sum,
// serial_diff, moving_fn, moving_avg (simple, linear, ewma, holt), bucket_script. One may read what
// another one makes.
//
//   const PipelineResults pipelines(plan, buckets, keys);
//   pipelines.Write(i, &json);            // members of bucket i
//
// A bucket without documents has no metrics: a gap, left out or counted as 0 as gap_policy says.
// Private to api/elastic. Threads: one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "api/elastic/bucket.h"

namespace sb::api {

struct PipelineValue {
  double value = 0;  // NaN: written as null
  std::optional<double> normalized;
};

class PipelineKind : public AggregationKind {
 public:
  // One column per path, one number per bucket; NaN is a gap.
  struct Input {
    std::vector<std::vector<double>> columns;
    std::span<const double> keys;  // of a histogram, else empty
  };

  PipelineKind(std::string name, std::vector<std::string> paths, bool insert_zeros)
      : AggregationKind(std::move(name)), paths_(std::move(paths)), insert_zeros_(insert_zeros) {}
  bool is_pipeline() const override { return true; }
  std::unique_ptr<AggregationPart> NewPart(size_t* buckets) const override;
  bool AddFields(std::vector<std::string>* /*fields*/) const override { return true; }

  const std::vector<std::string>& paths() const { return paths_; }
  bool insert_zeros() const { return insert_zeros_; }
  // One per bucket; nothing where the bucket gets no member.
  virtual std::vector<std::optional<PipelineValue>> Run(const Input& input) const = 0;

 private:
  const std::vector<std::string> paths_;
  const bool insert_zeros_;
};

class PipelineResults {
 public:
  PipelineResults(const AggregationPlan& plan, const std::vector<Bucket*>& buckets,
                  std::span<const double> keys);
  void Write(size_t bucket, JsonWriter* json) const;

 private:
  struct Column {
    std::string name;
    std::vector<std::optional<PipelineValue>> values;
  };
  const Column* Find(std::string_view name) const;
  std::vector<double> Read(const PipelineKind& kind, const std::string& path,
                           const std::vector<Bucket*>& buckets) const;

  std::vector<Column> columns_;
};

// kInvalidArgument if a pipeline reads what is not there, or itself.
base::Status CheckPipelinePaths(const AggregationPlan& plan);

}  // namespace sb::api
