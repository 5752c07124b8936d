// SPDX-License-Identifier: Apache-2.0
//
// AlertmanagerApi answers as Alertmanager does: API v2 at "/api/v2" below the root of its own door
// and below "/alertmanager" on the main one; amtool and Prometheus use it unchanged. Beside it
// stands what Signalbox adds: acknowledgements, escalation, the history of notifications and the
// route test.
//
// Stateless: everything is the manager's. Threads: safe for concurrent use.
#pragma once

#include <string>

#include "alert/manager/manager.h"
#include "net/router.h"

namespace sb::api {

class AlertmanagerApi {
 public:
  struct Options {
    std::string version;
    std::string pool;  // executor of the handlers, "" for the listener's default
  };
  // `manager` outlives the routers.
  AlertmanagerApi(alert::Manager* manager, Options options)
      : manager_(manager), options_(std::move(options)), started_(manager->now()) {}

  // /api/v2/…
  void AddRoutes(net::Router* router) const;
  // /alerts, /notifications, /routes (own_endpoints.cc); to be mounted under /api/signalbox/v1.
  void AddOwnRoutes(net::Router* router) const;

 private:
  using Request = net::HttpRequest;
  using Endpoint = net::HttpResponse (AlertmanagerApi::*)(const Request&) const;

  void Handle(net::Router* router, std::string_view method, std::string_view path,
              Endpoint endpoint, const net::RouteOptions& options) const;
  net::HttpResponse Status(const Request& request) const;
  net::HttpResponse Receivers(const Request& request) const;
  net::HttpResponse GetAlerts(const Request& request) const;
  net::HttpResponse PostAlerts(const Request& request) const;
  net::HttpResponse Groups(const Request& request) const;
  net::HttpResponse GetSilences(const Request& request) const;
  net::HttpResponse PostSilence(const Request& request) const;
  net::HttpResponse GetSilence(const Request& request) const;
  net::HttpResponse DeleteSilence(const Request& request) const;
  net::HttpResponse Notifications(const Request& request) const;
  net::HttpResponse Acknowledge(const Request& request) const;
  net::HttpResponse OwnAlerts(const Request& request) const;
  net::HttpResponse OwnAlert(const Request& request) const;
  net::HttpResponse Routes(const Request& request) const;
  net::HttpResponse TestRoutes(const Request& request) const;

  alert::Manager* manager_;
  Options options_;
  base::TimestampNs started_;
};

}  // namespace sb::api
