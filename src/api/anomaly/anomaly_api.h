// SPDX-License-Identifier: Apache-2.0
//
// Anomaly bands over HTTP, for graphs and for the list of jobs.
//
//   GET /api/signalbox/v1/anomalies            the jobs of signalbox.yaml and how their series
//   stand GET /api/signalbox/v1/anomaly-bands?query=&start=&end=&step=[&season=week|day|none]
//       [&sensitivity=3][&floor=0.05][&history_min=1d]
//
// Bands answer as {"bands":[{"metric":{…},"hours":n,"points":[[seconds,lower,mid,upper],…]}]}.
//
// Threads: immutable after construction.
#pragma once

#include "alert/anomaly/anomaly_service.h"
#include "base/env.h"
#include "net/router.h"
#include "query/promql/engine.h"
#include "store/interface/querier.h"

namespace sb::api {

class AnomalyApi {
 public:
  // All outlive it.
  struct Dependencies {
    const base::Clock& clock;
    const anomaly::AnomalyService& anomalies;
    store::QuerierFactory& metrics;
    const promql::Engine& engine;
  };
  explicit AnomalyApi(const Dependencies& with) : with_(with) {}

  void AddRoutes(net::Router* router) const;

 private:
  void List(net::ResponseWriter& writer) const;
  void Bands(const net::HttpRequest& request, net::ResponseWriter& writer) const;

  const Dependencies with_;
};

}  // namespace sb::api
