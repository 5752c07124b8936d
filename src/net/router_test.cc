// SPDX-License-Identifier: Apache-2.0
#include "net/router.h"

#include <gtest/gtest.h>

#include <string>

namespace sb::net {
namespace {

void Nothing(const HttpRequest&, ResponseWriter&) {}

std::string PatternOf(const Router& router, std::string_view method, std::string_view path) {
  const Router::Match match = router.Find(method, path);
  return match.found ? match.route->method + " " + match.route->pattern : "none";
}

Router MakeRouter() {
  Router router;
  router.Handle("GET", "/", Nothing);
  router.Handle("GET", "/api/v1/label/{name}/values", Nothing);
  router.Handle("GET", "/api/v1/label/__name__/values", Nothing);
  router.Handle("GET", "/api/v1/labels", Nothing);
  router.Handle("POST", "/api/v1/labels", Nothing);
  router.Handle("GET", "/static/*rest", Nothing);
  router.Handle("GET", "/{a}/deep/end", Nothing);
  router.Handle("DELETE", "/static/x", Nothing);
  return router;
}

TEST(RouterTest, PrefersLiteralsAndGoesBack) {
  const Router router = MakeRouter();
  EXPECT_EQ(PatternOf(router, "GET", "/api/v1/label/__name__/values"),
            "GET /api/v1/label/__name__/values");
  EXPECT_EQ(PatternOf(router, "GET", "/api/v1/label/job/values"),
            "GET /api/v1/label/{name}/values");
  // "/static" has a literal branch without this route.
  EXPECT_EQ(PatternOf(router, "GET", "/api/deep/end"), "GET /{a}/deep/end");
  EXPECT_EQ(PatternOf(router, "GET", "/"), "GET /");
  EXPECT_EQ(PatternOf(router, "GET", "/nothing"), "none");
  EXPECT_EQ(PatternOf(router, "GET", "/api/v1/labels/"), "none");
  // The rest pattern has GET although the literal one has not.
  EXPECT_EQ(PatternOf(router, "GET", "/static/x"), "GET /static/*rest");
}

TEST(RouterTest, CapturesDecodedSegmentsAndTheRest) {
  const Router router = MakeRouter();
  EXPECT_EQ(router.Find("GET", "/api/v1/label/a%2Fb%20c/values").path_params.Get("name"), "a/b c");
  EXPECT_EQ(router.Find("GET", "/static/css/a.css").path_params.Get("rest"), "css/a.css");
  EXPECT_TRUE(router.Find("GET", "/static/").found);
  EXPECT_EQ(router.Find("GET", "/static/").path_params.Get("rest"), "");
  EXPECT_FALSE(router.Find("GET", "/api/v1/label//values").found);
  EXPECT_EQ(PatternOf(router, "GET", "/api/v1/l%61bels"), "GET /api/v1/labels");
}

TEST(RouterTest, GetServesHeadAndWrongMethodsAreToldApart) {
  const Router router = MakeRouter();
  EXPECT_EQ(PatternOf(router, "HEAD", "/api/v1/labels"), "GET /api/v1/labels");
  const Router::Match match = router.Find("PUT", "/api/v1/labels");
  EXPECT_FALSE(match.found);
  ASSERT_NE(match.route, nullptr);
  EXPECT_TRUE(match.route->options.run_on_event_loop);
}

TEST(RouterTest, AFallbackTakesOnlyWhatIsNobodys) {
  Router router = MakeRouter();
  router.Handle("POST", "/write", Nothing);
  router.Handle("GET", "/*rest", Nothing, {.is_fallback = true});
  EXPECT_EQ(PatternOf(router, "GET", "/nothing"), "GET /*rest");
  EXPECT_EQ(PatternOf(router, "GET", "/write/more"), "GET /*rest");
  EXPECT_EQ(PatternOf(router, "GET", "/write"), "none");
  EXPECT_EQ(PatternOf(router, "HEAD", "/write"), "none");
  EXPECT_EQ(PatternOf(router, "POST", "/write"), "POST /write");
  EXPECT_EQ(PatternOf(router, "GET", "/static/x"), "GET /static/*rest");
}

TEST(RouterTest, MountsUnderSeveralPrefixes) {
  const Router api = MakeRouter();
  Router root;
  root.Mount("/prometheus", api);
  root.Mount("", api);
  EXPECT_EQ(PatternOf(root, "GET", "/prometheus/api/v1/labels"), "GET /prometheus/api/v1/labels");
  EXPECT_EQ(root.Find("GET", "/prometheus/api/v1/labels").route->mount_prefix, "/prometheus");
  EXPECT_EQ(PatternOf(root, "GET", "/api/v1/labels"), "GET /api/v1/labels");
  EXPECT_EQ(root.Find("GET", "/prometheus/api/v1/label/x/values").path_params.Get("name"), "x");
}

TEST(RouterTest, DeepPathsHaveNoRoute) {
  Router router;
  router.Handle("GET", "/a/*rest", Nothing);
  std::string path = "/a";
  for (int i = 0; i < 1'000; ++i) {
    path += "/b";
  }
  EXPECT_FALSE(router.Find("GET", path).found);
}

}  // namespace
}  // namespace sb::net
