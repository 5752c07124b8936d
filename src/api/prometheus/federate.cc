// SPDX-License-Identifier: Apache-2.0
//
// GET /federate: the newest sample of every series that fits a match[], with its timestamp, for
// another server to scrape. Stale series are left out. Native histograms go to readers that take
// protobuf and are left out for the others, since they have no text form; those with custom buckets
// are classic histograms in every format, as the reference writes them.
#include <algorithm>
#include <limits>
#include <map>

#include "api/prometheus/endpoints.h"
#include "wire/prometheus/classic_buckets.h"
#include "wire/prometheus/exposition_format.h"
#include "wire/prometheus/exposition_writer.h"
#include "wire/prometheus/proto_writer.h"

namespace sb::api {

namespace {

constexpr int64_t kLookbackMs = 5 * 60 * 1000;

struct FederatedSeries {
  std::string metric;
  model::LabelSet labels;
  model::Sample sample;
};

void SendText(net::ResponseWriter& writer, int status, std::string_view text) {
  writer.Send(net::PlainTextResponse(status, text));
}

// External labels where the series has none of that name, and an `instance` label at any rate:
// without it the scraping server would put its own there.
std::vector<model::Label> WithExternalLabels(const model::LabelSet& labels,
                                             const model::LabelSet& external) {
  std::vector<model::Label> out(labels.begin(), labels.end());
  for (const model::Label& label : external) {
    if (!labels.Has(label.name)) {
      out.push_back(label);
    }
  }
  const bool has_instance = std::any_of(
      out.begin(), out.end(), [](const model::Label& label) { return label.name == "instance"; });
  if (!has_instance) {
    out.push_back({"instance", ""});
  }
  std::sort(out.begin(), out.end());
  return out;
}

base::Result<std::vector<FederatedSeries>> NewestSamples(
    const ApiContext& api, const std::vector<std::vector<model::Matcher>>& selectors,
    const query::QueryContext& context) {
  const int64_t now_ms = api.with.clock.NowMs().Value();
  // Left-open, like every look-back: (now - 5m, now].
  const base::TimeRange range{base::TimestampMs(now_ms - kLookbackMs + 1),
                              base::TimestampMs(now_ms + 1)};
  SB_ASSIGN_OR_RETURN(const auto querier, api.with.store.NewQuerier(range));
  store::SelectHints hints;
  hints.range = range;
  std::map<model::LabelSet, model::Sample> newest;
  model::SampleColumns columns;
  for (const std::vector<model::Matcher>& selector : selectors) {
    SB_ASSIGN_OR_RETURN(const auto series, querier->Select(context, hints, selector));
    for (const std::unique_ptr<store::Series>& one : series) {
      SB_RETURN_IF_ERROR(context.CheckAlive());
      columns.Clear();
      SB_RETURN_IF_ERROR(one->Read(range, &columns));
      if (!columns.empty()) {
        newest.insert_or_assign(one->labels(), columns.At(columns.size() - 1));
      }
    }
  }
  std::vector<FederatedSeries> out;
  for (auto& [labels, sample] : newest) {
    const double mark = sample.histogram != nullptr ? sample.histogram->sum : sample.value;
    if (!model::IsStaleNan(mark) && !labels.metric_name().empty()) {
      out.push_back({std::string(labels.metric_name()), labels, sample});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const FederatedSeries& a, const FederatedSeries& b) {
    return a.metric < b.metric;
  });
  return out;
}

model::MetricType TypeOf(const model::Sample& sample) {
  if (sample.histogram == nullptr) {
    return model::MetricType::kUnknown;
  }
  return sample.histogram->counter_reset_hint == model::CounterResetHint::kGauge
             ? model::MetricType::kGaugeHistogram
             : model::MetricType::kHistogram;
}

// Tells where a family ends: series come sorted by name, but one name may be of several types.
class Families {
 public:
  // Whether `one` begins a family.
  bool Begins(const FederatedSeries& one) {
    const model::MetricType type = TypeOf(one.sample);
    if (last_ != nullptr && last_->metric == one.metric && TypeOf(last_->sample) == type) {
      return false;
    }
    last_ = &one;
    return true;
  }

 private:
  const FederatedSeries* last_ = nullptr;
};

void WriteText(const std::vector<FederatedSeries>& series, const model::LabelSet& external,
               const wire::ExpositionTarget& target, std::string* body) {
  wire::ExpositionWriter out(target, body);
  Families families;
  for (const FederatedSeries& one : series) {
    if (one.sample.histogram != nullptr && !one.sample.histogram->UsesCustomBuckets()) {
      continue;
    }
    if (families.Begins(one)) {
      out.BeginFamily(one.metric, TypeOf(one.sample));
    }
    const std::vector<model::Label> labels = WithExternalLabels(one.labels, external);
    wire::ExpositionSample sample;
    sample.labels = labels;
    sample.has_time = true;
    sample.time_ms = one.sample.time_ms;
    if (const model::Histogram* h = one.sample.histogram.get(); h != nullptr) {
      out.AddHistogram(sample, wire::ClassicBuckets(*h), h->sum, h->count);
      continue;
    }
    sample.value = one.sample.value;
    out.Add(sample);
  }
  out.Finish();
}

void WriteProtobuf(const std::vector<FederatedSeries>& series, const model::LabelSet& external,
                   wire::EscapingScheme escaping, std::string* body) {
  wire::FamilyWriter out(escaping, body);
  Families families;
  for (const FederatedSeries& one : series) {
    if (families.Begins(one)) {
      out.BeginFamily(one.metric, TypeOf(one.sample));
    }
    const std::vector<model::Label> labels = WithExternalLabels(one.labels, external);
    if (one.sample.histogram != nullptr) {
      out.AddHistogram(labels, *one.sample.histogram, one.sample.time_ms);
    } else {
      out.AddValue(labels, one.sample.value, one.sample.time_ms);
    }
  }
  out.Finish();
}

}  // namespace

void HandleFederate(const ApiContext& api, const net::HttpRequest& request,
                    net::ResponseWriter& writer) {
  const auto selectors = ParseSelectors(request.query);
  if (!selectors.ok()) {
    return SendText(writer, 400, selectors.status().message());
  }
  const auto context = StartQuery(api, 0, writer);
  const auto series = NewestSamples(api, *selectors, *context);
  if (!series.ok()) {
    return SendText(writer, 500, series.status().message());
  }
  const wire::ExpositionTarget target = wire::NegotiateFormat(
      request.headers.GetJoined("Accept"), wire::WritableFormats::kTextAndProtobuf);
  const model::LabelSet external = api.with.status.ExternalLabels();
  net::HttpResponse reply(200);
  if (target.protocol == wire::ScrapeProtocol::kPrometheusProto) {
    WriteProtobuf(*series, external, target.escaping, &reply.body);
  } else {
    WriteText(*series, external, target, &reply.body);
  }
  reply.headers.Set("Content-Type", target.ContentType());
  writer.Send(std::move(reply));
}

}  // namespace sb::api
