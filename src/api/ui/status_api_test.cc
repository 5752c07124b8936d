// SPDX-License-Identifier: Apache-2.0
#include "api/ui/status_api.h"

#include <gtest/gtest.h>

#include "api/http/testing/recording_writer.h"

namespace sb::api {
namespace {

class FixedSource : public SignalboxStatusSource {
 public:
  SignalboxStatus SignalboxState() const override {
    SignalboxStatus status;
    status.version = "1.2.3";
    status.start_time_ms = 1435781430000;
    status.now_ms = 1435781490500;
    status.reload_ok = false;
    status.reload_error = "prometheus.yml:3:1: \"x\"";
    status.head_series = 7;
    return status;
  }
};

TEST(StatusApiTest, ShowsTheStateAsJson) {
  FixedSource source;
  net::Router router;
  AddSignalboxRoutes(source, &router);
  const net::HttpResponse reply = Serve(router, MakeRequest("GET", "/api/signalbox/v1/status"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.Get("Content-Type"), "application/json");
  EXPECT_NE(reply.body.find(R"("uptimeSeconds":60)"), std::string::npos);
  EXPECT_NE(reply.body.find(R"("ok":false)"), std::string::npos);
  EXPECT_NE(reply.body.find(R"("error":"prometheus.yml:3:1: \"x\"")"), std::string::npos);
  EXPECT_NE(reply.body.find(R"("headSeries":7)"), std::string::npos);
}

}  // namespace
}  // namespace sb::api
