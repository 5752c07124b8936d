// SPDX-License-Identifier: Apache-2.0
#include "api/ui/batch_api.h"

#include <gtest/gtest.h>

#include <deque>

#include "api/http/testing/recording_writer.h"

namespace sb::api {
namespace {

class BatchApiTest : public ::testing::Test {
 protected:
  BatchApiTest() {
    auto routes = std::make_shared<net::Router>();
    routes->Handle("GET", "/now/{n}", [](const net::HttpRequest& r, net::ResponseWriter& w) {
      w.Send(net::HttpResponse(200, std::string(r.path_params.Get("n")), "text/plain"));
    });
    routes->Handle("GET", "/late", [this](const net::HttpRequest&, net::ResponseWriter& w) {
      late_.push_back(w.Detach());
    });
    InnerCalls::Options options;
    options.executors["query"] = [this](std::function<void()> task) {
      drains_.push_back(std::move(task));
      return true;
    };
    calls_ = std::make_unique<InnerCalls>(std::move(options));
    calls_->Use(std::move(routes));
    AddBatchRoute(*calls_, &router_);
  }
  void Post(std::string_view body) {
    net::HttpRequest request = MakeRequest("POST", "/api/signalbox/v1/batch", body);
    router_.Find("POST", "/api/signalbox/v1/batch").route->handler(request, writer_);
  }
  void RunDrains() {
    while (!drains_.empty()) {
      const std::function<void()> task = std::move(drains_.front());
      drains_.pop_front();
      task();
    }
  }

  net::Router router_;
  std::unique_ptr<InnerCalls> calls_;
  std::deque<std::function<void()>> drains_;
  std::vector<std::shared_ptr<net::ResponseWriter>> late_;
  RecordingWriter writer_;
};

TEST_F(BatchApiTest, EveryLineHasAFrame) {
  Post("/now/a\n/nothing\n/now/b%20c\n");
  RunDrains();
  EXPECT_EQ(writer_.reply().body,
            "0 200 1 text/plain\na"
            "1 404 19 text/plain; charset=utf-8\n404 page not found\n"
            "2 200 3 text/plain\nb c");
}

TEST_F(BatchApiTest, AnAnswerDoesNotWaitForAnother) {
  Post("/late\n/now/a");
  RunDrains();
  EXPECT_EQ(writer_.reply().body, "1 200 1 text/plain\na");
  late_[0]->Send(net::HttpResponse(503));
  late_.clear();
  RunDrains();
  EXPECT_EQ(writer_.reply().body, "1 200 1 text/plain\na0 503 0 \n");
}

TEST_F(BatchApiTest, WhoGoesAwayCancelsAll) {
  Post("/late\n/late");
  EXPECT_FALSE(late_[0]->IsCancelled());
  writer_.Cancel();
  EXPECT_TRUE(late_[0]->IsCancelled());
  EXPECT_TRUE(late_[1]->IsCancelled());
}

TEST_F(BatchApiTest, RefusesWhatIsNoBatch) {
  Post("");
  EXPECT_EQ(writer_.reply().status, 400);
  std::string many;
  for (size_t i = 0; i <= kBatchTargetsMax; ++i) {
    many += "/now/a\n";
  }
  Post(many);
  EXPECT_EQ(writer_.reply().status, 400);
}

}  // namespace
}  // namespace sb::api
