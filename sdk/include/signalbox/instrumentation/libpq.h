// SPDX-License-Identifier: Apache-2.0
//
// libpq with telemetry: the same calls, each a span and a measurement (database.h). Own CMake
// target signalbox::sdk_libpq, which links libpq.
//
//   PGconn* connection = PQconnectdb(…);
//   DatabaseClient db = libpq::ClientOf(*sdk, connection);
//   PGresult* result = libpq::ExecParams(db, connection, "SELECT … WHERE id = $1", 1, values);
//
// Results are libpq's and the caller's to clear. An error result fails the span with its SQLSTATE;
// no result at all (out of memory, connection lost) with "08000". For pipelines and the
// asynchronous calls put a DatabaseCall around sending and reading.
//
// Threads: as libpq, one thread for a connection at a time.
#pragma once

#include <libpq-fe.h>

#include "signalbox/database.h"
#include "signalbox/sdk.h"

namespace signalbox::libpq {

// The database, host and port of a connection.
DatabaseClient ClientOf(const Sdk& sdk, const PGconn* connection);

PGresult* Exec(const DatabaseClient& client, PGconn* connection, const char* sql);
// Values as text, NULL where null; the server finds the types.
PGresult* ExecParams(const DatabaseClient& client, PGconn* connection, const char* sql, int count,
                     const char* const* values);
// As PQexecPrepared; `sql` is what the statement was prepared from.
PGresult* ExecPrepared(const DatabaseClient& client, PGconn* connection, const char* name,
                       const char* sql, int count, const char* const* values);

}  // namespace signalbox::libpq
