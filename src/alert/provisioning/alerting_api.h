// SPDX-License-Identifier: Apache-2.0
//
// Grafana's provisioning API of alerting, below /api/v1/provisioning, as Terraform's provider calls
// it: alert rules and rule groups, contact points, policies, mute timings, templates.
//
// What was sent comes back as it was sent; only uid, id, updated and provenance are added.
// Source: https://grafana.com/docs/grafana/latest/developers/http_api/alerting_provisioning/
// Threads: immutable after construction.
#pragma once

#include <functional>
#include <string>

#include "alert/provisioning/alerting_store.h"
#include "net/router.h"

namespace sb::provisioning {

class AlertingApi {
 public:
  // `changed`: puts rules ("rule") or routing (everything else) in force. Both outlive it.
  AlertingApi(AlertingStore& store, std::function<void(const std::string& kind)> changed)
      : store_(store), changed_(std::move(changed)) {}

  void AddRoutes(net::Router* router) const;
  // For folders: how many rules stand in one, and their removal.
  uint64_t RulesIn(const std::string& folder) const;
  base::Status DeleteRulesIn(const std::string& folder) const;

 private:
  using Request = net::HttpRequest;
  using Writer = net::ResponseWriter;
  void ListRules(Writer& writer) const;
  void GetRule(const Request& request, Writer& writer) const;
  void PutRule(const Request& request, Writer& writer) const;
  void DeleteRule(const Request& request, Writer& writer) const;
  void GetGroup(const Request& request, Writer& writer) const;
  void PutGroup(const Request& request, Writer& writer) const;
  void DeleteGroup(const Request& request, Writer& writer) const;
  void AddRuleRoutes(net::Router* router) const;

  void ListContactPoints(const Request& request, Writer& writer) const;
  void PutContactPoint(const Request& request, Writer& writer) const;
  void DeleteContactPoint(const Request& request, Writer& writer) const;
  void AddContactRoutes(net::Router* router) const;
  void AddNamedRoutes(net::Router* router) const;  // policies, mute timings, templates

  base::Result<config::NodePtr> GroupNode(const std::string& folder,
                                          const std::string& group) const;

  AlertingStore& store_;
  const std::function<void(const std::string& kind)> changed_;
};

}  // namespace sb::provisioning
