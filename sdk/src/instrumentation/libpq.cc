// SPDX-License-Identifier: Apache-2.0
#include "signalbox/instrumentation/libpq.h"

#include <charconv>

namespace signalbox::libpq {

namespace {

std::string TextOf(const char* text) {
  return text == nullptr ? "" : text;
}

PGresult* Tell(DatabaseCall& call, const PGconn* connection, PGresult* result) {
  if (result == nullptr) {
    call.Failed("08000", PQerrorMessage(connection));
    return result;
  }
  const ExecStatusType status = PQresultStatus(result);
  if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
    const std::string code = TextOf(PQresultErrorField(result, PG_DIAG_SQLSTATE));
    call.Failed(code.empty() ? "08000" : code, PQresultErrorMessage(result));
  } else if (status == PGRES_TUPLES_OK) {
    call.Returned(PQntuples(result));
  }
  return result;
}

}  // namespace

DatabaseClient ClientOf(const Sdk& sdk, const PGconn* connection) {
  const std::string port = TextOf(PQport(connection));
  DatabaseFacts facts = {.system = "postgresql",
                         .name_space = TextOf(PQdb(connection)),
                         .server_address = TextOf(PQhost(connection))};
  std::from_chars(port.data(), port.data() + port.size(), facts.server_port);
  return DatabaseClient(sdk.tracer("signalbox.libpq"), sdk.meter("signalbox.libpq"),
                        std::move(facts));
}

PGresult* Exec(const DatabaseClient& client, PGconn* connection, const char* sql) {
  DatabaseCall call(client, SqlStatement(sql));
  return Tell(call, connection, PQexec(connection, sql));
}

PGresult* ExecParams(const DatabaseClient& client, PGconn* connection, const char* sql, int count,
                     const char* const* values) {
  DatabaseCall call(client, SqlStatement(sql));
  return Tell(call, connection,
              PQexecParams(connection, sql, count, nullptr, values, nullptr, nullptr, 0));
}

PGresult* ExecPrepared(const DatabaseClient& client, PGconn* connection, const char* name,
                       const char* sql, int count, const char* const* values) {
  DatabaseCall call(client, SqlStatement(sql));
  return Tell(call, connection,
              PQexecPrepared(connection, name, count, values, nullptr, nullptr, 0));
}

}  // namespace signalbox::libpq
