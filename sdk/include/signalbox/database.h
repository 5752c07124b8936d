// SPDX-License-Identifier: Apache-2.0
//
// Calls to databases as OpenTelemetry's conventions tell them (stable since 1.33): for each call a
// client span and one value of db.client.operation.duration. Knows no database: libpq.h and
// hiredis.h use it, and so can any other client.
//
//   DatabaseClient db(sdk->tracer("db"), sdk->meter("db"), {.system = "sqlite", .name_space =
//   "shop"}); DatabaseCall call(db, SqlStatement("SELECT name FROM product WHERE id = ?")); …
//   call.Returned(rows);                 // or call.Failed("SQLITE_BUSY", "database is locked")
//
// Literals in SQL never leave the process: SqlStatement replaces them with "?".
//
// Threads: DatabaseClient is safe for concurrent use; one call is of one thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "signalbox/metrics.h"
#include "signalbox/tracer.h"

namespace signalbox {

struct DatabaseFacts {
  std::string system;           // db.system.name: "postgresql", "redis", "sqlite"
  std::string name_space = {};  // the database
  std::string server_address = {};
  int64_t server_port = 0;
};

class DatabaseClient {
 public:
  DatabaseClient() = default;  // tells nothing
  DatabaseClient(Tracer tracer, const Meter& meter, DatabaseFacts facts);
  const DatabaseFacts& facts() const { return facts_; }

 private:
  friend class DatabaseCall;
  Tracer tracer_;
  Histogram duration_{nullptr};
  DatabaseFacts facts_;
};

struct DatabaseStatement {
  std::string operation;        // "SELECT", "HGETALL"
  std::string collection = {};  // the table, if it is one alone
  std::string summary = {};     // names the span: "SELECT orders product"
  std::string text = {};        // without literals
  int64_t batch_size = 0;       // above 1: as many statements at once
};

// Reads enough of SQL to name the statement: its operations and the tables they are about.
DatabaseStatement SqlStatement(std::string_view sql);

class DatabaseCall {
 public:
  DatabaseCall(const DatabaseClient& client, DatabaseStatement statement);
  ~DatabaseCall();
  DatabaseCall(const DatabaseCall&) = delete;
  DatabaseCall& operator=(const DatabaseCall&) = delete;

  Span& span() { return *span_; }
  void Returned(int64_t rows) { span_->Set("db.response.returned_rows", rows); }
  // `code` is the database's own (an SQLSTATE, "WRONGTYPE"), or a kind of error; not a message.
  void Failed(std::string_view code, std::string_view message);

 private:
  const DatabaseClient& client_;
  const DatabaseStatement statement_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  ActiveSpan span_;
  std::string error_type_;
};

}  // namespace signalbox
