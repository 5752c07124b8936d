// SPDX-License-Identifier: Apache-2.0
//
// InfluxEndpoint stores the lines of the Influx line protocol as series:
//
//   cpu,host=a user=12.5,idle=80i     ->  cpu_user{host="a"} 12.5   cpu_idle{host="a"} 80
//
// A field becomes the series MEASUREMENT_FIELD, tags become labels, the database that the request
// names becomes the label `db` unless a tag has that name: the mapping of VictoriaMetrics, so that
// dashboards made for it keep working. Names are kept as they are; what is not of the legacy
// letters is quoted in queries ({"disk.used_free"}). Fields of text are left out and counted. Of a
// line without time the time is that of its arrival.
//
// A bad line spoils no other: see metric_lines.h for the replies.
// Threads: safe for concurrent use.
#pragma once

#include <string>
#include <string_view>

#include "base/env.h"
#include "base/instruments.h"
#include "ingest/pipeline/metric_lines.h"

namespace sb::ingest {

struct InfluxRequest {
  std::string_view body;
  // ns (also: empty, n), us (u, µ), ms, s, m, h: the unit of the times.
  std::string_view precision;
  std::string_view database;
  MetricLines::ExtraLabels extra_labels;
};

class InfluxEndpoint {
 public:
  // All pointers must outlive the endpoint.
  InfluxEndpoint(store::AppenderFactory* store, base::Env* env, LossCounters* losses,
                 base::Registry* registry, MetricLimits limits = {});

  MetricLinesReply Write(const InfluxRequest& request);

 private:
  store::AppenderFactory* const store_;
  base::Env* const env_;
  LossCounters* const losses_;
  const MetricLimits limits_;
  base::Counter* const requests_;
  base::Counter* const samples_;
};

}  // namespace sb::ingest
