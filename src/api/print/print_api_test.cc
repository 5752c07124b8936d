// SPDX-License-Identifier: Apache-2.0
#include "api/print/print_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>

#include "base/testing/temp_folder.h"
#include "net/http_client.h"
#include "net/testing/test_server.h"

namespace sb::print {
namespace {

using ::testing::HasSubstr;

// A renderer that is a script of the shell.
class PrintApiTest : public ::testing::Test {
 protected:
  void TearDown() override {
    server_.reset();
    pool_.reset();
  }
  void Start(const std::string& script, int64_t timeout_ms = 20'000, size_t queue_max = 8) {
    if (!script.empty()) {
      std::ofstream(program_) << "#!/bin/sh\n" << script << "\n";
      chmod(program_.c_str(), 0755);
    }
    pool_ = std::make_unique<base::ThreadPool>(
        base::ThreadPool::Options{.name = "print", .threads = 1, .queue_max = queue_max});
    api_ = std::make_unique<PrintApi>(
        PrintApiOptions{.program = program_,
                        .server_url = [] { return std::string("http://127.0.0.1:1"); },
                        .timeout_ms = timeout_ms},
        base::Env::Real(), *pool_, registry_);
    net::Router router;
    api_->AddRoutes(&router);
    server_ = std::make_unique<net::TestServer>(std::move(router));
  }
  net::ClientResponse Get(const std::string& path, net::Headers headers = {}) {
    net::ClientRequest request;
    request.url = server_->Url(path);
    request.headers = std::move(headers);
    net::HttpClient client;
    auto got = client.Fetch(std::move(request));
    EXPECT_TRUE(got.ok()) << got.status().ToString();
    return got.ok() ? std::move(got).value() : net::ClientResponse();
  }
  const base::TempFolder folder_{"print"};
  const std::string program_ = folder_.Path("program");
  base::Registry registry_;
  std::unique_ptr<base::ThreadPool> pool_;
  std::unique_ptr<PrintApi> api_;
  std::unique_ptr<net::TestServer> server_;
};

// Prints the job as the document.
constexpr const char* kEcho =
    "job=$(cat); printf '{\"status\":200,\"message\":\"\",\"bytes\":%s}\\n%s' "
    "\"$(printf %s \"$job\" | wc -c)\" \"$job\"";

TEST_F(PrintApiTest, HandsTheRequestToTheRenderer) {
  Start(kEcho);
  net::Headers headers;
  headers.Add("Authorization", "Bearer abc");
  headers.Add("X-Other", "not this");
  const auto got = Get(
      "/api/signalbox/v1/dashboards/a%20b/pdf?from=now-1h&var-x=%22y&tz=Europe/Berlin", headers);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.headers.Get("Content-Type"), "application/pdf");
  EXPECT_THAT(got.body, HasSubstr(R"("headers":"Authorization: Bearer abc\r\n")"));
  EXPECT_THAT(got.body, HasSubstr(R"("tz":"Europe/Berlin")"));
  EXPECT_THAT(got.body, HasSubstr(R"("format":"pdf","uid":"a b")"));
  EXPECT_THAT(got.body, HasSubstr("from=now-1h&var-x=%22y"));
}

TEST_F(PrintApiTest, TakesLinksOfGrafanasRenderer) {
  Start(kEcho);
  const auto solo = Get("/render/d-solo/abc/some-slug?panelId=7&width=500");
  EXPECT_EQ(solo.headers.Get("Content-Type"), "image/svg+xml; charset=utf-8");
  EXPECT_THAT(solo.body, HasSubstr(R"("format":"svg","uid":"abc","query":"panelId=7)"));
  EXPECT_THAT(Get("/render/d/abc").body, HasSubstr(R"("format":"pdf","uid":"abc")"));
  EXPECT_THAT(Get("/api/signalbox/v1/dashboards/abc/panels/7%26x/svg?to=now").body,
              HasSubstr(R"("query":"panelId=7%26x&to=now")"));
}

TEST_F(PrintApiTest, PassesOnWhatTheScriptRefuses) {
  Start("cat >/dev/null; echo '{\"status\":404,\"message\":\"no such dashboard\",\"bytes\":0}'");
  const auto got = Get("/render/d/abc");
  EXPECT_EQ(got.status, 404);
  EXPECT_EQ(got.body, R"({"message":"no such dashboard"})");
}

TEST_F(PrintApiTest, SaysWhatIsMissing) {
  Start("");
  const auto got = Get("/render/d/abc");
  EXPECT_EQ(got.status, 501);
  EXPECT_THAT(got.body, HasSubstr("libnode-dev"));
}

TEST_F(PrintApiTest, SurvivesARendererThatIsKilled) {
  Start("echo 'the last words' >&2; kill -9 $$");
  const auto got = Get("/render/d/abc");
  EXPECT_EQ(got.status, 502);
  EXPECT_THAT(got.body, HasSubstr("signal 9"));
  EXPECT_THAT(got.body, HasSubstr("the last words"));
}

TEST_F(PrintApiTest, EndsARendererThatTakesTooLong) {
  Start("exec sleep 60", 200);
  EXPECT_EQ(Get("/render/d/abc").status, 504);
}

TEST_F(PrintApiTest, RefusesOutputThatIsNotWhole) {
  Start("echo '{\"status\":200,\"message\":\"\",\"bytes\":100}'; echo short");
  EXPECT_EQ(Get("/render/d/abc").status, 502);
}

TEST_F(PrintApiTest, RefusesBadZonesAndLongQueries) {
  Start(kEcho);
  EXPECT_EQ(Get("/render/d/abc?tz=../../etc/passwd").status, 400);
  EXPECT_EQ(Get("/render/d/abc?tz=/etc/passwd").status, 400);
  EXPECT_EQ(Get("/render/d/abc?x=%zz").status, 400);
}

TEST_F(PrintApiTest, AnswersBusyAboveItsQueue) {
  Start("exec sleep 60", 2'000, 1);
  base::ThreadPool callers({.name = "callers", .threads = 6});
  std::atomic<int> busy = 0;
  base::ParallelFor(callers, 6,
                    [&](size_t) { busy += Get("/render/d/abc").status == 503 ? 1 : 0; });
  EXPECT_GE(busy, 4 - 1);  // One runs, one waits; the first may end before the last asks.
}

}  // namespace
}  // namespace sb::print
