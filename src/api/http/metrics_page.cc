// SPDX-License-Identifier: Apache-2.0
#include "api/http/metrics_page.h"

#include <limits>
#include <vector>

#include "wire/prometheus/exposition_format.h"
#include "wire/prometheus/exposition_writer.h"

namespace sb::api {

namespace {

model::MetricType TypeOf(base::InstrumentKind kind) {
  switch (kind) {
    case base::InstrumentKind::kCounter:
      return model::MetricType::kCounter;
    case base::InstrumentKind::kGauge:
      return model::MetricType::kGauge;
    case base::InstrumentKind::kHistogram:
      return model::MetricType::kHistogram;
  }
  return model::MetricType::kUnknown;
}

std::vector<wire::ClassicBucket> BucketsOf(const base::InstrumentPoint& point) {
  std::vector<wire::ClassicBucket> buckets;
  for (size_t i = 0; i < point.cumulative_counts.size(); ++i) {
    const double bound =
        i < point.bounds.size() ? point.bounds[i] : std::numeric_limits<double>::infinity();
    buckets.push_back({bound, static_cast<double>(point.cumulative_counts[i])});
  }
  return buckets;
}

}  // namespace

net::HttpResponse MetricsPage(const base::Registry& registry, std::string_view accept_header) {
  const wire::ExpositionTarget target = wire::NegotiateFormat(accept_header);
  net::HttpResponse reply(200);
  wire::ExpositionWriter out(target, &reply.body);
  for (const base::InstrumentFamily& family : registry.Collect()) {
    out.BeginFamily(family.name, TypeOf(family.kind), family.help);
    for (const base::InstrumentPoint& point : family.points) {
      std::vector<model::Label> labels;
      for (const auto& [name, value] : point.labels) {
        labels.push_back({name, value});
      }
      wire::ExpositionSample sample;
      sample.labels = labels;
      if (family.kind == base::InstrumentKind::kHistogram) {
        const std::vector<wire::ClassicBucket> buckets = BucketsOf(point);
        out.AddHistogram(sample, buckets, point.sum,
                         buckets.empty() ? 0 : buckets.back().cumulative_count);
        continue;
      }
      sample.value = point.value;
      out.Add(sample);
    }
  }
  out.Finish();
  reply.headers.Set("Content-Type", target.ContentType());
  return reply;
}

}  // namespace sb::api
