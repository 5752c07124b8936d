// SPDX-License-Identifier: Apache-2.0
#include "api/ui/inner_calls.h"

#include <gtest/gtest.h>

#include <optional>

#include "api/http/testing/recording_writer.h"

namespace sb::api {
namespace {

class InnerCallsTest : public ::testing::Test {
 protected:
  InnerCallsTest() : routes_(std::make_shared<net::Router>()) {
    routes_->Handle("GET", "/say/{what}", [](const net::HttpRequest& r, net::ResponseWriter& w) {
      w.Send(net::HttpResponse(200,
                               std::string(r.path_params.Get("what")) + "|" +
                                   std::string(r.query.Get("a")) + "|" +
                                   r.headers.GetJoined("Authorization") + "|" +
                                   r.headers.GetJoined("Accept-Encoding") + "|" + r.body,
                               "text/plain"));
    });
    routes_->Handle("GET", "/pieces", [](const net::HttpRequest&, net::ResponseWriter& w) {
      w.Start(net::HttpResponse(203, "a", "text/plain"));
      w.Write("b");
      w.Finish();
    });
    routes_->Handle("GET", "/silent", [](const net::HttpRequest&, net::ResponseWriter&) {});
    routes_->Handle("GET", "/late", [this](const net::HttpRequest&, net::ResponseWriter& w) {
      kept_ = w.Detach();
    });
    net::RouteOptions full;
    full.pool = "full";
    routes_->Handle(
        "GET", "/full", [](const net::HttpRequest&, net::ResponseWriter&) {}, full);
    InnerCalls::Options options;
    options.executors["full"] = [](const std::function<void()>&) { return false; };
    calls_ = std::make_unique<InnerCalls>(std::move(options));
    calls_->Use(routes_);
  }
  net::HttpResponse Now(std::string target) {
    net::HttpRequest outer = MakeRequest("POST", "/outer", "body", "text/plain");
    outer.headers.Add("Authorization", "Bearer t");
    outer.headers.Add("Accept-Encoding", "gzip");
    return calls_->GetNow(outer, std::move(target));
  }

  std::shared_ptr<net::Router> routes_;
  std::unique_ptr<InnerCalls> calls_;
  std::shared_ptr<net::ResponseWriter> kept_;
};

TEST_F(InnerCallsTest, CarriesWhoAsksButNotTheBody) {
  EXPECT_EQ(Now("/say/a%20b?a=%2B").body, "a b|+|Bearer t||");
}

TEST_F(InnerCallsTest, CollectsRepliesInPieces) {
  const net::HttpResponse reply = Now("/pieces");
  EXPECT_EQ(reply.status, 203);
  EXPECT_EQ(reply.body, "ab");
}

TEST_F(InnerCallsTest, SaysWhatCannotBe) {
  EXPECT_EQ(Now("/nothing").status, 404);
  EXPECT_EQ(Now("relative").status, 400);
  EXPECT_EQ(Now("/bad%zz").status, 400);
  EXPECT_EQ(Now("/silent").status, 500);
  EXPECT_EQ(InnerCalls({}).GetNow(MakeRequest("GET", "/"), "/say/x").status, 503);
}

TEST_F(InnerCallsTest, RefusedByTheExecutorIs503) {
  std::optional<net::HttpResponse> got;
  calls_->Get(MakeRequest("GET", "/"), "/full", [&](net::HttpResponse r) { got = std::move(r); });
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->status, 503);
}

TEST_F(InnerCallsTest, AHandlerMayAnswerLater) {
  EXPECT_EQ(Now("/late").status, 500);
  std::optional<net::HttpResponse> got;
  const std::weak_ptr<InnerCall> call =
      calls_->Get(MakeRequest("GET", "/"), "/late", [&](net::HttpResponse r) { got = r; });
  EXPECT_FALSE(got.has_value());
  bool was_told = false;
  kept_->OnCancel([&] { was_told = true; });
  call.lock()->Cancel();
  EXPECT_TRUE(was_told);
  EXPECT_TRUE(kept_->IsCancelled());
  kept_->Send(net::HttpResponse(204));
  EXPECT_EQ(got->status, 204);
  kept_.reset();
  EXPECT_TRUE(call.expired());
}

TEST_F(InnerCallsTest, AHandlerThatGivesUpIs500) {
  std::optional<net::HttpResponse> got;
  calls_->Get(MakeRequest("GET", "/"), "/late", [&](net::HttpResponse r) { got = r; });
  kept_.reset();
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->status, 500);
}

}  // namespace
}  // namespace sb::api
