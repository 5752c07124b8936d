// SPDX-License-Identifier: Apache-2.0
#include "ingest/influx/influx_endpoint.h"

#include <limits>
#include <optional>

#include "wire/influx/line_protocol.h"

namespace sb::ingest {
namespace {

// How the written time becomes milliseconds: one of the two is 1.
struct Precision {
  int64_t multiplier = 1;
  int64_t divisor = 1;
};

std::optional<Precision> PrecisionOf(std::string_view name) {
  if (name.empty() || name == "ns" || name == "n") {
    return Precision{1, 1'000'000};
  }
  if (name == "us" || name == "u" || name == "µ" || name == "µs") {
    return Precision{1, 1'000};
  }
  if (name == "ms") {
    return Precision{1, 1};
  }
  if (name == "s") {
    return Precision{1'000, 1};
  }
  if (name == "m") {
    return Precision{60'000, 1};
  }
  if (name == "h") {
    return Precision{3'600'000, 1};
  }
  return std::nullopt;
}

bool ToMilliseconds(int64_t time, const Precision& precision, int64_t* time_ms) {
  if (precision.divisor > 1) {
    *time_ms = time / precision.divisor - (time % precision.divisor < 0 ? 1 : 0);
    return true;
  }
  return !__builtin_mul_overflow(time, precision.multiplier, time_ms);
}

// Stores the lines of one request.
class LineStorer {
 public:
  LineStorer(const InfluxRequest& request, const Precision& precision, MetricLines* out)
      : request_(request), precision_(precision), out_(out) {}

  void Run() {
    using Item = wire::InfluxLineReader::Item;
    wire::InfluxLineReader reader(request_.body);
    wire::InfluxLine line;
    for (Item item = reader.Next(&line); item != Item::kEnd && !out_->failed();
         item = reader.Next(&line)) {
      if (item == Item::kInvalid) {
        out_->Fault(reader.line_number(), reader.error());
      } else {
        Store(line, reader.line_number());
      }
    }
  }

 private:
  void Store(const wire::InfluxLine& line, size_t number) {
    int64_t time_ms = out_->now().Value();
    if (line.has_time && !ToMilliseconds(line.time, precision_, &time_ms)) {
      out_->Fault(number,
                  "the timestamp is out of range in this precision: " + std::to_string(line.time));
      return;
    }
    if (line.text_fields > 0) {
      out_->DropText(line.text_fields);
    }
    for (const wire::InfluxField& field : line.fields) {
      name_.assign(line.measurement).append("_").append(field.name);
      labels_.clear();
      if (!request_.database.empty()) {
        labels_.push_back({"db", request_.database});
      }
      for (const wire::InfluxTag& tag : line.tags) {
        labels_.push_back({tag.name, tag.value});
      }
      labels_.push_back({model::kMetricName, name_});
      out_->Add(&labels_, time_ms, field.value);
    }
  }

  const InfluxRequest& request_;
  const Precision precision_;
  MetricLines* const out_;
  std::string name_;
  std::vector<model::Label> labels_;
};

}  // namespace

InfluxEndpoint::InfluxEndpoint(store::AppenderFactory* store, base::Env* env, LossCounters* losses,
                               base::Registry* registry, MetricLimits limits)
    : store_(store),
      env_(env),
      losses_(losses),
      limits_(limits),
      requests_(&registry->AddCounter("signalbox_influx_requests_total",
                                      "Write requests of the Influx line protocol received.", {})),
      samples_(&registry->AddCounter("signalbox_influx_samples_total",
                                     "Samples stored from the Influx line protocol.", {})) {}

MetricLinesReply InfluxEndpoint::Write(const InfluxRequest& request) {
  requests_->Add();
  const std::optional<Precision> precision = PrecisionOf(request.precision);
  if (!precision) {
    losses_->Add(LossReason::kMalformedRequest);
    return {
        .status = 400,
        .message = "unknown precision (ns, us, ms, s, m, h): " + std::string(request.precision)};
  }
  MetricLines lines(store_, losses_, limits_, env_->clock().NowMs());
  lines.SetExtraLabels(request.extra_labels);
  LineStorer(request, *precision, &lines).Run();
  MetricLinesReply reply = lines.Finish();
  samples_->Add(reply.stored);
  return reply;
}

}  // namespace sb::ingest
