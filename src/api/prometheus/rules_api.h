// SPDX-License-Identifier: Apache-2.0
//
// Rules and alerts over HTTP: Prometheus' lists (/api/v1/rules, /alerts, /alertmanagers), the ruler
// API of Mimir and Loki that creates and deletes groups, and the backtest.
//
//   RulesApi api({manager, stored, …});
//   api.AddPrometheusRoutes("/prometheus", &router);   // or "" on the door of its own
//   api.AddLokiRoutes("/loki", &router);
//   api.AddSignalboxRoutes(&router);                   // /api/signalbox/v1/rules/…
//
// Threads: immutable after construction.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "alert/rules/backfill.h"
#include "alert/rules/expression.h"
#include "alert/rules/rule_view.h"
#include "alert/rules/stored_rules.h"
#include "base/env.h"
#include "net/router.h"
#include "store/interface/querier.h"

namespace sb::api {

class RulesApi {
 public:
  // All outlive it.
  struct Dependencies {
    const base::Clock& clock;
    const rules::RuleSource& rules;
    std::function<rules::AlertmanagerList()> alertmanagers;
    rules::StoredRules& stored;
    // Puts what is stored in force.
    std::function<base::Status()> apply_stored;
    store::QuerierFactory& metrics;
    const rules::ExpressionLanguage& promql;
    // Stores what a backfill gives.
    rules::KeepHistory keep_history;
    // Besides PromQL: what ?language= of a backtest or backfill may name.
    std::vector<const rules::ExpressionLanguage*> more_languages = {};
  };
  explicit RulesApi(Dependencies with) : with_(std::move(with)) {}

  void AddPrometheusRoutes(std::string_view prefix, net::Router* router) const;
  void AddLokiRoutes(std::string_view prefix, net::Router* router) const;
  // Groups in TraceQL.
  void AddTempoRoutes(std::string_view prefix, net::Router* router) const;
  void AddSignalboxRoutes(net::Router* router) const;

 private:
  // rule_endpoints.cc
  void Rules(const net::HttpRequest& request, net::ResponseWriter& writer,
             std::string_view language) const;
  void Alerts(net::ResponseWriter& writer, std::string_view language) const;
  void Alertmanagers(net::ResponseWriter& writer) const;
  // ruler_endpoints.cc
  void AddRuler(const std::string& path, const char* language, net::Router* router) const;
  void PutGroup(const net::HttpRequest& request, net::ResponseWriter& writer,
                const std::string& language) const;
  void ListGroups(const net::HttpRequest& request, net::ResponseWriter& writer,
                  const std::string& language) const;
  void DeleteGroup(const net::HttpRequest& request, net::ResponseWriter& writer,
                   const std::string& language) const;
  // backtest_endpoint.cc
  base::Result<const rules::ExpressionLanguage*> LanguageOf(const net::HttpRequest& request) const;
  void Backtest(const net::HttpRequest& request, net::ResponseWriter& writer) const;
  void Backfill(const net::HttpRequest& request, net::ResponseWriter& writer) const;

  const Dependencies with_;
};

}  // namespace sb::api
