// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "signalbox/database.h"
#include "signalbox/http.h"
#include "signalbox/journey.h"
#include "signalbox/messaging.h"
#include "signalbox/sdk.h"
#include "telemetry.h"

namespace signalbox {
namespace {

using ::testing::HasSubstr;
using testing::Telemetry;
using testing::Value;

// Started and never sent: for the page of metrics.
std::unique_ptr<Sdk> Silent() {
  return Sdk::Start({.sends_traces = false, .sends_metrics = false, .sends_logs = false});
}

TEST(HttpTest, AServerTellsRouteStatusAndDuration) {
  Telemetry told;
  const HttpServer server(told.tracer(), told.meter());
  {
    ServedRequest served(
        server, {.method = "GET", .route = "/cart/{id}", .path = "/cart/7", .host = "shop:80"},
        [](std::string_view name) {
          return name == "traceparent" ? "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
                                       : std::string();
        });
    served.Answered(503);
  }
  const SpanData& span = told.last();
  EXPECT_EQ(span.name, "GET /cart/{id}");
  EXPECT_EQ(span.kind, SpanKind::kServer);
  EXPECT_EQ(span.context.trace_id.Hex(), "0af7651916cd43dd8448eb211c80319c");
  EXPECT_EQ(Value(span, "http.request.method"), "GET");
  EXPECT_EQ(Value(span, "http.response.status_code"), "503");
  EXPECT_EQ(Value(span, "error.type"), "503");
  EXPECT_EQ(Value(span, "server.address"), "shop");
  EXPECT_EQ(Value(span, "server.port"), "80");
  EXPECT_EQ(span.status, SpanStatus::kError);
}

TEST(HttpTest, AClientErrorIsNoErrorOfTheServerButOneOfTheClient) {
  Telemetry told;
  const HttpServer server(told.tracer(), told.meter());
  {
    ServedRequest(server, {.method = "GET"}, [](auto) { return ""; }).Answered(404);
  }
  EXPECT_EQ(told.last().status, SpanStatus::kUnset);
  EXPECT_EQ(told.last().name, "GET");
  const HttpClient client(told.tracer(), told.meter());
  { SentRequest(client, {.method = "GET", .url = "https://a/x"}).Answered(404); }
  EXPECT_EQ(told.last().status, SpanStatus::kError);
  EXPECT_EQ(Value(told.last(), "error.type"), "404");
  EXPECT_EQ(Value(told.last(), "server.port"), "443");
}

TEST(HttpTest, ARequestThatIsToldLateBeganWhenItBegan) {
  Telemetry told;
  const HttpServer server(told.tracer(), told.meter());
  constexpr int64_t kHourNs = 3'600'000'000'000;
  {
    ServedRequest(server, {.method = "GET", .elapsed_ns = kHourNs}, [](auto) {
      return "";
    }).Answered(200);
    ServedRequest(server, {.method = "GET"}, [](auto) { return ""; }).Answered(200);
  }
  const SpanData& late = told.span(0);
  const SpanData& now = told.span(1);
  EXPECT_GE(late.end_ns - late.start_ns, kHourNs);
  EXPECT_LT(late.end_ns - late.start_ns, kHourNs + kHourNs / 10);
  EXPECT_LT(now.end_ns - now.start_ns, kHourNs / 10);
  EXPECT_LT(late.start_ns, now.start_ns - kHourNs / 2);
}

TEST(HttpTest, UnknownMethodsAndPasswordsAreNotTold) {
  Telemetry told;
  const HttpClient client(told.tracer(), told.meter());
  {
    SentRequest(client, {.method = "BREW", .url = "http://me:secret@[::1]:81/pot?a=b@c"})
        .Answered(200);
  }
  EXPECT_EQ(told.last().name, "HTTP");
  EXPECT_EQ(Value(told.last(), "http.request.method"), "_OTHER");
  EXPECT_EQ(Value(told.last(), "http.request.method_original"), "BREW");
  EXPECT_EQ(Value(told.last(), "url.full"), "http://REDACTED:REDACTED@[::1]:81/pot?a=b@c");
  EXPECT_EQ(Value(told.last(), "server.port"), "81");
}

TEST(HttpTest, DurationsAreMeasuredInSecondsWithTheBucketsOfTheConventions) {
  const auto sdk = Silent();
  const HttpServer server(sdk->tracer("t"), sdk->meter("m"));
  {
    ServedRequest(server, {.method = "GET", .route = "/a"}, [](auto) { return ""; }).Answered(200);
  }
  const std::string page = sdk->PrometheusText();
  EXPECT_THAT(page, HasSubstr("http_server_request_duration_seconds_bucket"));
  EXPECT_THAT(page, HasSubstr("le=\"0.075\""));
  EXPECT_THAT(page, HasSubstr("http_server_active_requests"));
}

struct SqlCase {
  const char* sql;
  const char* operation;
  const char* collection;
  const char* summary;
  const char* text;
};

class SqlTest : public ::testing::TestWithParam<SqlCase> {};

TEST_P(SqlTest, NamesTheStatementAndTakesOutLiterals) {
  const DatabaseStatement got = SqlStatement(GetParam().sql);
  EXPECT_EQ(got.operation, GetParam().operation);
  EXPECT_EQ(got.collection, GetParam().collection);
  EXPECT_EQ(got.summary, GetParam().summary);
  EXPECT_EQ(got.text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Statements, SqlTest,
    ::testing::Values(
        SqlCase{"SELECT name FROM product WHERE id = 7 AND name = 'it''s'", "SELECT", "product",
                "SELECT product", "SELECT name FROM product WHERE id = ? AND name = ?"},
        SqlCase{"select * from a join b on a.id = b.id where x = $1", "SELECT", "", "SELECT a b",
                "select * from a join b on a.id = b.id where x = $1"},
        SqlCase{"INSERT INTO orders(a) SELECT b FROM cart", "INSERT", "",
                "INSERT orders SELECT cart", "INSERT INTO orders(a) SELECT b FROM cart"},
        SqlCase{"INSERT INTO t VALUES (1, -2.5e3, $$secret$$) ON CONFLICT DO UPDATE SET a = 1",
                "INSERT", "t", "INSERT t",
                "INSERT INTO t VALUES (?, -?, ?) ON CONFLICT DO UPDATE SET a = ?"},
        SqlCase{"UPDATE shop.product SET stock = stock - 1 -- it's sold", "UPDATE", "shop.product",
                "UPDATE shop.product", "UPDATE shop.product SET stock = stock - ? "},
        SqlCase{"/* hint's */ DELETE FROM \"Old Table\"", "DELETE", "\"Old Table\"",
                "DELETE \"Old Table\"", " DELETE FROM \"Old Table\""},
        SqlCase{"WITH x AS (SELECT 1 FROM a) SELECT * FROM x", "SELECT", "",
                "WITH SELECT a SELECT x", "WITH x AS (SELECT ? FROM a) SELECT * FROM x"},
        SqlCase{"BEGIN", "BEGIN", "", "BEGIN", "BEGIN"}, SqlCase{"", "", "", "", ""},
        SqlCase{"SELECT 'open", "SELECT", "", "SELECT", "SELECT ?"}));

TEST(DatabaseTest, ACallTellsSystemStatementAndErrorCode) {
  Telemetry told;
  const DatabaseClient db(told.tracer(), told.meter(),
                          {.system = "postgresql", .name_space = "shop", .server_address = "db"});
  {
    DatabaseCall(db, SqlStatement("SELECT 1 FROM a")).Failed("42P01", "relation a does not exist");
  }
  EXPECT_EQ(told.last().name, "SELECT a");
  EXPECT_EQ(Value(told.last(), "db.system.name"), "postgresql");
  EXPECT_EQ(Value(told.last(), "db.namespace"), "shop");
  EXPECT_EQ(Value(told.last(), "db.query.text"), "SELECT ? FROM a");
  EXPECT_EQ(Value(told.last(), "db.response.status_code"), "42P01");
  EXPECT_EQ(Value(told.last(), "error.type"), "42P01");
  EXPECT_EQ(told.last().status, SpanStatus::kError);
}

TEST(MessagingTest, TheJourneyOfTheSenderGoesOnWhereTheMessageIsHandled) {
  Telemetry told;
  const MessagingClient messaging(told.tracer(), told.meter(), {.system = "kafka"});
  std::map<std::string, std::string, std::less<>> headers;
  WithJourney(told.tracer(), "checkout", [&] {
    SendSpan send(messaging, {.destination = "orders"});
    send.AddHeaders(
        [&](std::string_view name, std::string_view value) { headers.emplace(name, value); });
  });
  {
    ProcessSpan work(messaging, {.destination = "orders", .group = "billing"},
                     [&](std::string_view name) { return headers[std::string(name)]; });
    work.Failed("declined", "card declined");
  }
  const SpanData& send = told.span(0);
  const SpanData& work = told.last();
  EXPECT_EQ(send.name, "send orders");
  EXPECT_EQ(send.kind, SpanKind::kProducer);
  EXPECT_EQ(work.name, "process orders");
  EXPECT_EQ(work.kind, SpanKind::kConsumer);
  EXPECT_EQ(work.parent_id, send.context.span_id);
  EXPECT_EQ(Value(work, "cuj.name"), "checkout");
  EXPECT_EQ(Value(work, "messaging.consumer.group.name"), "billing");
  EXPECT_EQ(Value(work, "error.type"), "declined");
}

}  // namespace
}  // namespace signalbox
