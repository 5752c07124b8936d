// SPDX-License-Identifier: Apache-2.0
//
// SLOs over HTTP: Signalbox's own API for the UI, and that of the Grafana SLO plugin, which
// Terraform's `grafana_slo` speaks.
//
//   GET    /api/signalbox/v1/slos                        all, with budgets
//   GET    /api/signalbox/v1/slos/{id}?group={a="b"}     with burn-down, events, SLI over time
//   POST   /api/signalbox/v1/slos                        body: a native SLO file with one new SLO
//   PUT    /api/signalbox/v1/slos/{id}, DELETE
//   POST   /api/signalbox/v1/slos/preview                the rules that a file would make
//   GET    /api/signalbox/v1/slo-report?from=&to=&format=json|csv|pdf
//   POST   /api/signalbox/v1/slos/trial?days=28          what an SLO would have given
//   GET    /api/signalbox/v1/slo-suggestions?service=    for what is seen in span metrics
//   …      /api/plugins/grafana-slo-app/resources/v1/slo[/{id}], /v1/report[/{id}]
//
// Mistakes in a body are told as "slo:LINE:COLUMN: what", one a line.
//
// Threads: immutable after construction.
#pragma once

#include <functional>
#include <string>

#include "base/env.h"
#include "net/router.h"
#include "query/promql/engine.h"
#include "slo/slo_service.h"
#include "store/interface/querier.h"

namespace sb::api {

class SloApi {
 public:
  // All outlive it.
  struct Dependencies {
    base::Env& env;
    slo::SloService& slos;
    store::QuerierFactory& metrics;
    const promql::Engine& engine;
    // After every change: puts the rules in force and measures soon.
    std::function<void()> changed;
  };
  explicit SloApi(Dependencies with) : with_(std::move(with)) {}

  void AddRoutes(net::Router* router) const;

 private:
  using Request = net::HttpRequest;
  using Writer = net::ResponseWriter;
  // slo_endpoints.cc
  void List(const Request& request, Writer& writer) const;
  void Get(const Request& request, Writer& writer) const;
  void Put(const Request& request, Writer& writer) const;
  void Delete(const Request& request, Writer& writer) const;
  void Preview(const Request& request, Writer& writer) const;
  void Report(const Request& request, Writer& writer) const;
  // trial_endpoint.cc
  void Try(const Request& request, Writer& writer) const;
  // suggestion_endpoint.cc
  void Suggest(const Request& request, Writer& writer) const;
  // grafana_slo_endpoints.cc
  void AddGrafanaRoutes(net::Router* router) const;
  void GrafanaList(const std::string& kind, Writer& writer) const;
  void GrafanaGet(const std::string& kind, const Request& request, Writer& writer) const;
  void GrafanaPut(const std::string& kind, const Request& request, Writer& writer) const;
  void GrafanaDelete(const std::string& kind, const Request& request, Writer& writer) const;

  const Dependencies with_;
};

}  // namespace sb::api
