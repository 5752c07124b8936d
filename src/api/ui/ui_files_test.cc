// SPDX-License-Identifier: Apache-2.0
#include "api/ui/ui_files.h"

#include <gtest/gtest.h>

#include "api/http/testing/recording_writer.h"
#include "net/content_coding.h"

namespace sb::api {
namespace {

class UiFilesTest : public ::testing::Test {
 protected:
  UiFilesTest()
      : script_(net::EncodeContent(net::ContentCoding::kGzip, "alert(1)")),
        assets_({{"/assets/a-1.js", "text/javascript", "e1", true, script_},
                 {"/index.html", "text/html", "e2", false, "<html>"}}) {
    AddUiRoutes(assets_, nullptr, &router_);
  }
  net::HttpResponse Get(std::string_view path, std::string_view header = {},
                        std::string_view value = {}) {
    net::HttpRequest request = MakeRequest("GET", path);
    if (!header.empty()) {
      request.headers.Add(std::string(header), std::string(value));
    }
    return Serve(router_, std::move(request));
  }

  const std::string script_;
  const std::vector<UiAsset> assets_;
  net::Router router_;
};

TEST_F(UiFilesTest, EveryPageOfTheApplicationIsTheIndex) {
  EXPECT_EQ(Get("/").body, "<html>");
  EXPECT_EQ(Get("/explore/metrics").body, "<html>");
  EXPECT_EQ(Get("/graph?g0.expr=up").headers.Get("Cache-Control"), "no-cache");
}

TEST_F(UiFilesTest, MissingFilesAndApisAre404) {
  EXPECT_EQ(Get("/assets/b-2.js").status, 404);
  EXPECT_EQ(Get("/api/v9/x").status, 404);
  EXPECT_EQ(Get("/prometheus/api/v9").status, 404);
}

TEST_F(UiFilesTest, HashedFilesAreCachedForEver) {
  const net::HttpResponse reply = Get("/assets/a-1.js", "Accept-Encoding", "gzip, br");
  EXPECT_EQ(reply.headers.Get("Content-Encoding"), "gzip");
  EXPECT_EQ(reply.body, script_);
  EXPECT_NE(reply.headers.Get("Cache-Control").find("immutable"), std::string_view::npos);
}

TEST_F(UiFilesTest, ClientsWithoutGzipGetThePlainBytes) {
  for (const std::string_view accepted : {"", "identity", "gzip;q=0"}) {
    const net::HttpResponse reply = Get("/assets/a-1.js", "Accept-Encoding", accepted);
    EXPECT_EQ(reply.body, "alert(1)") << accepted;
    EXPECT_FALSE(reply.headers.Has("Content-Encoding"));
  }
}

TEST_F(UiFilesTest, AnUnchangedFileIsNotSentAgain) {
  const net::HttpResponse reply = Get("/", "If-None-Match", "\"e2\"");
  EXPECT_EQ(reply.status, 304);
  EXPECT_EQ(reply.body, "");
}

TEST(UiPageTest, BringsTheAnswersToItsFirstRequests) {
  auto apis = std::make_shared<net::Router>();
  const auto answer = [](int status, std::string body) {
    return [status, body](const net::HttpRequest&, net::ResponseWriter& writer) {
      writer.Send(net::HttpResponse(status, body, "application/json"));
    };
  };
  apis->Handle("GET", "/api/signalbox/v1/status", answer(200, R"({"v":1})"));
  apis->Handle("GET", "/api/datasources", answer(500, "{}"));
  apis->Handle("GET", "/api/dashboards/uid/{uid}", answer(200, R"({"t":"</script><!--"})"));
  InnerCalls calls({});
  calls.Use(apis);
  const std::vector<UiAsset> assets = {
      {"/index.html", "text/html", "e2", false, "<body>x</body></html>"}};
  net::Router router;
  AddUiRoutes(assets, &calls, &router);

  const net::HttpResponse page = Serve(router, MakeRequest("GET", "/d/abc/title?from=1"));
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body,
            "<body>x"
            "<script type=\"application/json\" data-answer=\"/api/signalbox/v1/status\">"
            "{\"v\":1}</script>\n"
            "<script type=\"application/json\" data-answer=\"/api/dashboards/uid/abc\">"
            "{\"t\":\"\\u003c/script>\\u003c!--\"}</script>\n"
            "</body></html>");
  EXPECT_EQ(page.headers.Get("Cache-Control"), "no-store");
  EXPECT_FALSE(page.headers.Has("ETag"));
  // Pages that need nothing first are the file as it is.
  EXPECT_TRUE(Serve(router, MakeRequest("GET", "/logs")).headers.Has("ETag"));
}

TEST(UiPageTest, AsksOnlyForUidsThatNeedNoEscape) {
  EXPECT_EQ(FirstRequests("/d/a_B-9/x").size(), 3U);
  EXPECT_TRUE(FirstRequests("/d/a\"b").empty());
  EXPECT_TRUE(FirstRequests("/d/").empty());
  EXPECT_TRUE(FirstRequests("/dashboards").empty());
}

}  // namespace
}  // namespace sb::api
