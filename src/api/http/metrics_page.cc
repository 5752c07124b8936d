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

void AddHistogram(const base::InstrumentPoint& point, std::span<const model::Label> labels,
                  wire::ExpositionWriter* out) {
  wire::ExpositionSample sample;
  sample.labels = labels;
  sample.suffix = "_bucket";
  sample.extra_name = "le";
  for (size_t i = 0; i < point.cumulative_counts.size(); ++i) {
    sample.extra_value =
        i < point.bounds.size() ? point.bounds[i] : std::numeric_limits<double>::infinity();
    sample.value = static_cast<double>(point.cumulative_counts[i]);
    out->Add(sample);
  }
  sample.extra_name = {};
  sample.suffix = "_sum";
  sample.value = point.sum;
  out->Add(sample);
  sample.suffix = "_count";
  sample.value =
      point.cumulative_counts.empty() ? 0 : static_cast<double>(point.cumulative_counts.back());
  out->Add(sample);
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
      if (family.kind == base::InstrumentKind::kHistogram) {
        AddHistogram(point, labels, &out);
        continue;
      }
      wire::ExpositionSample sample;
      sample.labels = labels;
      sample.value = point.value;
      out.Add(sample);
    }
  }
  out.Finish();
  reply.headers.Set("Content-Type", target.ContentType());
  return reply;
}

}  // namespace sb::api
