// SPDX-License-Identifier: Apache-2.0
//
// Database is where the shop keeps its products, orders and jobs: PostgreSQL, or SQLite in a file.
// Every statement is told with the conventions of databases.
//
//   auto rows = db.Query(service, "SELECT name FROM product WHERE id = ?", {"7"});
//
// A statement that fails throws std::runtime_error with the database's words.
//
// Threads: safe for concurrent use.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "service.h"
#include "signalbox/database.h"

namespace techmart {

class Database {
 public:
  using Row = std::vector<std::string>;

  virtual ~Database() = default;
  // `service` is who asks. Arguments take the places of "?".
  virtual std::vector<Row> Query(Service& service, const std::string& sql,
                                 const std::vector<std::string>& arguments = {}) = 0;

 protected:
  explicit Database(signalbox::DatabaseFacts facts) : facts_(std::move(facts)) {}
  // The telemetry of a service's calls.
  const signalbox::DatabaseClient& ClientOf(Service& service);
  // Tables are there afterwards, with products to sell. `serial` is the type of a key that counts.
  static std::vector<std::string> Schema(const std::string& serial);

 private:
  const signalbox::DatabaseFacts facts_;
  std::mutex clients_mutex_;
  std::map<const Service*, std::unique_ptr<signalbox::DatabaseClient>> clients_;
};

// One statement at a time.
std::unique_ptr<Database> OpenSqlite(const std::string& path);
// As libpq reads it: postgresql://user@host:5432/name. Waits up to 30 s for the server to come up;
// throws std::runtime_error if it does not. A few connections, made anew when they break.
std::unique_ptr<Database> OpenPostgres(const std::string& url);

}  // namespace techmart
