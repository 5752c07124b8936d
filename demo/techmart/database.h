// SPDX-License-Identifier: Apache-2.0
//
// Database is the shop's SQLite file; every statement is a client span with the semantic
// conventions of databases, and is measured.
//
//   auto rows = db.Query("SELECT name FROM product WHERE id = ?", {"7"});
//
// A statement that fails throws std::runtime_error with SQLite's words.
//
// Threads: safe for concurrent use, one statement at a time.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "service.h"

struct sqlite3;

namespace techmart {

class Database {
 public:
  using Row = std::vector<std::string>;

  explicit Database(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // `service` is who asks.
  std::vector<Row> Query(Service& service, const std::string& sql,
                         const std::vector<std::string>& arguments = {});

 private:
  std::vector<Row> Run(const std::string& sql, const std::vector<std::string>& arguments);

  sqlite3* handle_ = nullptr;
  std::mutex mutex_;
};

}  // namespace techmart
