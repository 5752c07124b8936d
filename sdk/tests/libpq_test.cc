// SPDX-License-Identifier: Apache-2.0
#include "signalbox/instrumentation/libpq.h"

#include <gtest/gtest.h>

#include "private_server.h"
#include "telemetry.h"

namespace signalbox {
namespace {

using testing::Telemetry;
using testing::Value;

TEST(LibpqTest, StatementsOfARealServerAreToldWithTheirErrors) {
  const testing::PrivatePostgres server;
  if (!server.problem.empty()) {
    GTEST_SKIP() << server.problem;
  }
  PGconn* connection = PQconnectdb(server.address().c_str());
  ASSERT_EQ(PQstatus(connection), CONNECTION_OK) << PQerrorMessage(connection);
  Telemetry told;
  const auto sdk = Sdk::Start({.sends_traces = false, .sends_metrics = false, .sends_logs = false});
  const DatabaseClient measured = libpq::ClientOf(*sdk, connection);
  EXPECT_EQ(measured.facts().name_space, "postgres");
  const DatabaseClient db(told.tracer(), told.meter(), measured.facts());

  PQclear(libpq::Exec(db, connection, "CREATE TABLE product(id int PRIMARY KEY, name text)"));
  EXPECT_EQ(told.last().name, "CREATE product");
  const char* row[] = {"1", "lamp"};
  PQclear(libpq::ExecParams(db, connection, "INSERT INTO product VALUES($1, $2)", 2, row));
  PQclear(PQprepare(connection, "by-id", "SELECT name FROM product WHERE id = $1", 1, nullptr));
  PGresult* found = libpq::ExecPrepared(db, connection, "by-id",
                                        "SELECT name FROM product WHERE id = $1", 1, row);
  ASSERT_EQ(PQntuples(found), 1);
  EXPECT_STREQ(PQgetvalue(found, 0, 0), "lamp");
  PQclear(found);
  EXPECT_EQ(told.last().name, "SELECT product");
  EXPECT_EQ(Value(told.last(), "db.system.name"), "postgresql");
  EXPECT_EQ(Value(told.last(), "db.collection.name"), "product");
  EXPECT_EQ(Value(told.last(), "db.response.returned_rows"), "1");
  EXPECT_EQ(told.last().kind, SpanKind::kClient);

  PQclear(libpq::ExecParams(measured, connection, "INSERT INTO product VALUES($1, $2)", 2, row));
  PQclear(libpq::ExecParams(db, connection, "INSERT INTO product VALUES($1, $2)", 2, row));
  EXPECT_EQ(told.last().status, SpanStatus::kError);
  EXPECT_EQ(Value(told.last(), "db.response.status_code"), "23505");
  EXPECT_NE(sdk->PrometheusText().find("error_type=\"23505\""), std::string::npos);
  PQfinish(connection);
}

}  // namespace
}  // namespace signalbox
