// SPDX-License-Identifier: Apache-2.0
#include <sqlite3.h>

#include <stdexcept>

#include "database.h"

namespace techmart {

namespace {

void Check(int code, sqlite3* handle) {
  if (code != SQLITE_OK) {
    throw std::runtime_error(sqlite3_errmsg(handle));
  }
}

class SqliteDatabase final : public Database {
 public:
  explicit SqliteDatabase(const std::string& path)
      : Database({.system = "sqlite", .name_space = "techmart", .server_address = "techmart-db"}) {
    Check(sqlite3_open(path.c_str(), &handle_), handle_);
    sqlite3_busy_timeout(handle_, 2000);
    Run("PRAGMA journal_mode = WAL", {});
    for (const std::string& statement : Schema("INTEGER PRIMARY KEY")) {
      Run(statement, {});
    }
  }
  ~SqliteDatabase() override { sqlite3_close(handle_); }

  std::vector<Row> Query(Service& service, const std::string& sql,
                         const std::vector<std::string>& arguments) override {
    signalbox::DatabaseCall call(ClientOf(service), signalbox::SqlStatement(sql));
    try {
      std::vector<Row> rows = Run(sql, arguments);
      call.Returned(static_cast<int64_t>(rows.size()));
      return rows;
    } catch (const std::exception& error) {
      call.Failed("SQLITE_ERROR", error.what());
      throw;
    }
  }

 private:
  std::vector<Row> Run(const std::string& sql, const std::vector<std::string>& arguments) {
    const std::lock_guard lock(mutex_);
    sqlite3_stmt* raw = nullptr;
    Check(sqlite3_prepare_v2(handle_, sql.c_str(), -1, &raw, nullptr), handle_);
    const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, &sqlite3_finalize);
    for (size_t i = 0; i < arguments.size(); ++i) {
      Check(sqlite3_bind_text(raw, static_cast<int>(i) + 1, arguments[i].c_str(), -1,
                              SQLITE_TRANSIENT),
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

  sqlite3* handle_ = nullptr;
  std::mutex mutex_;
};

}  // namespace

std::unique_ptr<Database> OpenSqlite(const std::string& path) {
  return std::make_unique<SqliteDatabase>(path);
}

}  // namespace techmart
