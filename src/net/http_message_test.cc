// SPDX-License-Identifier: Apache-2.0
#include "net/http_message.h"

#include <gtest/gtest.h>

namespace sb::net {
namespace {

TEST(HeadersTest, CompareWithoutCaseAndKeepOrder) {
  Headers headers;
  headers.Add("Accept", "a");
  headers.Add("X-One", "1");
  headers.Add("ACCEPT", "b");
  EXPECT_EQ(headers.Get("accept"), "a");
  EXPECT_EQ(headers.GetJoined("accept"), "a, b");
  EXPECT_EQ(headers.GetAll("Accept").size(), 2U);
  headers.Set("accept", "c");
  EXPECT_EQ(headers.GetAll("Accept"), (std::vector<std::string_view>{"c"}));
  headers.Remove("x-one");
  EXPECT_FALSE(headers.Has("X-One"));
}

TEST(HeadersTest, FindsTokensInLists) {
  Headers headers;
  headers.Add("Connection", "keep-alive , Upgrade");
  EXPECT_TRUE(headers.HasToken("connection", "upgrade"));
  EXPECT_FALSE(headers.HasToken("connection", "up"));
}

TEST(HttpRequestTest, FormParamsPutTheBodyBeforeTheQuery) {
  HttpRequest request;
  request.method = "POST";
  request.headers.Add("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8");
  request.body = "query=up&time=1";
  request.query = *UrlParams::Parse("query=down&timeout=5s");
  const auto form = request.FormParams();
  ASSERT_TRUE(form.ok());
  EXPECT_EQ(form->Get("query"), "up");
  EXPECT_EQ(form->GetAll("query").size(), 2U);
  EXPECT_EQ(form->Get("timeout"), "5s");
}

TEST(HttpRequestTest, FormParamsReportMalformedBodyAndQuery) {
  HttpRequest request;
  request.method = "POST";
  request.headers.Add("Content-Type", "application/x-www-form-urlencoded");
  request.body = "query=%zz";
  EXPECT_FALSE(request.FormParams().ok());
  request.body.clear();
  request.query_error = base::InvalidArgument("invalid URL escape \"%zz\"");
  EXPECT_FALSE(request.FormParams().ok());
}

TEST(HttpMessageTest, TellsTokensAndValuesFromInjections) {
  EXPECT_TRUE(IsToken("X-Ok_1"));
  EXPECT_FALSE(IsToken("X:"));
  EXPECT_FALSE(IsToken(""));
  EXPECT_TRUE(IsHeaderValue("a b\t\xff"));
  EXPECT_FALSE(IsHeaderValue("a\r\nSet-Cookie: b"));
}

}  // namespace
}  // namespace sb::net
