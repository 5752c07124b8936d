// SPDX-License-Identifier: Apache-2.0
#include "database.h"

#include <sqlite3.h>

#include <stdexcept>

namespace techmart {

namespace {

constexpr const char* kSchema = R"(
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS product(id INTEGER PRIMARY KEY, name TEXT, category TEXT, price REAL, stock INTEGER);
CREATE TABLE IF NOT EXISTS review(product_id INTEGER, stars INTEGER, text TEXT);
CREATE TABLE IF NOT EXISTS orders(id INTEGER PRIMARY KEY, product_id INTEGER, quantity INTEGER, total REAL, state TEXT);
CREATE TABLE IF NOT EXISTS job(id INTEGER PRIMARY KEY, state TEXT, items INTEGER);
CREATE TABLE IF NOT EXISTS message(id INTEGER PRIMARY KEY, topic TEXT, headers TEXT, body TEXT, sent_ms INTEGER);
)";

constexpr const char* kProducts[] = {
    "Signal Lamp",    "Brass Lever",   "Track Circuit", "Block Bell",   "Semaphore Arm",
    "Points Motor",   "Relay Rack",    "Lamp Oil",      "Ground Frame", "Token Machine",
    "Level Crossing", "Fog Detonator", "Signal Wire",   "Box Diagram",  "Train Register"};

void Check(int code, sqlite3* handle) {
  if (code != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(handle));
  }
}

std::string OperationOf(const std::string& sql) {
  return sql.substr(0, sql.find(' '));
}

}  // namespace

Database::Database(const std::string& path) {
  Check(sqlite3_open(path.c_str(), &handle_), handle_);
  sqlite3_busy_timeout(handle_, 2000);
  Check(sqlite3_exec(handle_, kSchema, nullptr, nullptr, nullptr), handle_);
  if (Run("SELECT count(*) FROM product", {})[0][0] == "0") {
    int id = 0;
    for (const char* name : kProducts) {
      ++id;
      Run("INSERT INTO product VALUES(?, ?, ?, ?, 100000)",
          {std::to_string(id), name, id % 3 == 0 ? "signals" : "parts",
           std::to_string(5 + id * 7 % 90) + ".50"});
    }
  }
}

Database::~Database() {
  sqlite3_close(handle_);
}

std::vector<Database::Row> Database::Query(Service& service, const std::string& sql,
                                           const std::vector<std::string>& arguments) {
  const std::string operation = OperationOf(sql);
  signalbox::ActiveSpan span(service.tracer(), operation + " techmart",
                             {.kind = signalbox::SpanKind::kClient,
                              .attributes = {{"db.system.name", "sqlite"},
                                             {"db.system", "sqlite"},
                                             {"db.namespace", "techmart"},
                                             {"db.name", "techmart"},
                                             {"db.operation.name", operation},
                                             {"db.query.text", sql},
                                             {"server.address", "techmart-db"}}});
  try {
    return Run(sql, arguments);
  } catch (const std::exception& error) {
    span->RecordException(error);
    throw;
  }
}

std::vector<Database::Row> Database::Run(const std::string& sql,
                                         const std::vector<std::string>& arguments) {
  const std::lock_guard lock(mutex_);
  sqlite3_stmt* raw = nullptr;
  Check(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &raw, nullptr), handle_);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, &sqlite3_finalize);
  for (size_t i = 0; i < arguments.size(); ++i) {
    Check(
        sqlite3_bind_text(raw, static_cast<int>(i) + 1, arguments[i].c_str(), -1, SQLITE_TRANSIENT),
        handle_);
  }
  std::vector<Row> rows;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(raw)) == SQLITE_ROW) {
    Row row;
    for (int column = 0; column < sqlite3_column_count(raw); ++column) {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(raw, column));
      row.emplace_back(text == nullptr ? "" : text);
    }
    rows.push_back(std::move(row));
  }
  if (code != SQLITE_DONE) {
    throw std::runtime_error(sqlite3_errmsg(handle_));
  }
  return rows;
}

}  // namespace techmart
