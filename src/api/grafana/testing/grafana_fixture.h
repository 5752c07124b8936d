// SPDX-License-Identifier: Apache-2.0
//
// A GrafanaApi on an in-memory catalog with a stand-in for the built-in stores, for the module's
// tests.
//
//   EXPECT_EQ(Call("GET", "/api/folders").status, 200);
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "api/grafana/grafana_api.h"
#include "api/grafana/json.h"
#include "api/http/testing/recording_writer.h"
#include "base/testing/simulated_env.h"

namespace sb::grafana {

class GrafanaFixture : public ::testing::Test {
 protected:
  explicit GrafanaFixture(std::string provisioning_folder = "")
      : env_(7),
        catalog_(std::move(catalog::Catalog::OpenInMemory(env_)).value()),
        api_({.version = "1.2.3", .provisioning_folder = std::move(provisioning_folder)},
             {.env = env_,
              .catalog = *catalog_,
              .client = client_,
              .facades = [this] { return &facades_; },
              .environment =
                  [](std::string_view name) {
                    return name == "CITY" ? std::string("Bern") : std::string();
                  }}) {
    api_.AddRoutes(&router_);
    net::Router prometheus;
    prometheus.Handle(
        "GET", "/api/v1/query_range",
        [](const net::HttpRequest& request, net::ResponseWriter& writer) {
          const std::string expr(request.query.Get("query"));
          writer.Send(
              expr == "bad"
                  ? net::HttpResponse(400, R"({"status":"error","error":"parse error"})",
                                      "application/json")
                  : net::HttpResponse(200,
                                      R"({"status":"success","data":{"resultType":"matrix",)"
                                      R"("result":[{"metric":{"e":")" +
                                          expr + R"("},"values":[[1,"1"]]}]}})",
                                      "application/json"));
        });
    prometheus.Handle("GET", "/api/v1/label/{name}/values",
                      [](const net::HttpRequest& request, net::ResponseWriter& writer) {
                        writer.Send(net::PlainTextResponse(
                            200, std::string(request.path_params.Get("name")) + " " +
                                     request.raw_query + " " + request.mount_prefix));
                      });
    facades_.Mount("/prometheus", prometheus);
  }

  net::HttpResponse Call(std::string_view method, std::string_view target,
                         std::string_view body = {}) {
    return api::Serve(router_, api::MakeRequest(method, target, body, "application/json"));
  }
  // The reply's JSON; fails the test on another status.
  JsonDocument Ask(std::string_view method, std::string_view target, std::string_view body = {},
                   int status = 200) {
    const net::HttpResponse reply = Call(method, target, body);
    EXPECT_EQ(reply.status, status) << method << " " << target << " " << reply.body;
    base::Result<JsonDocument> json = ParseJsonText(reply.body);
    return json.ok() ? std::move(json).value() : JsonDocument(rapidjson::kObjectType);
  }

  base::SimulatedEnv env_;
  net::HttpClient client_;
  const std::unique_ptr<catalog::Catalog> catalog_;
  net::Router facades_;
  api::GrafanaApi api_;
  net::Router router_;
};

}  // namespace sb::grafana
