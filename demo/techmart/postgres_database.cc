// SPDX-License-Identifier: Apache-2.0
#include <libpq-fe.h>

#include <chrono>
#include <condition_variable>
#include <stdexcept>
#include <thread>

#include "database.h"
#include "number_text.h"
#include "signalbox/instrumentation/libpq.h"

namespace techmart {

namespace {

constexpr size_t kConnectionsMax = 8;
constexpr int kStartSecondsMax = 30;

using Connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;
using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

Connection Connect(const std::string& url) {
  return {PQconnectdb(url.c_str()), &PQfinish};
}

Connection WaitForServer(const std::string& url) {
  Connection connection = Connect(url);
  for (int i = 0; i < kStartSecondsMax && PQstatus(connection.get()) != CONNECTION_OK; ++i) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    connection = Connect(url);
  }
  if (PQstatus(connection.get()) != CONNECTION_OK) {
    throw std::runtime_error(PQerrorMessage(connection.get()));
  }
  return connection;
}

signalbox::DatabaseFacts FactsOf(const std::string& url) {
  const Connection connection = WaitForServer(url);
  signalbox::DatabaseFacts facts = {.system = "postgresql",
                                    .name_space = PQdb(connection.get()),
                                    .server_address = PQhost(connection.get())};
  facts.server_port = NumberOf(PQport(connection.get()));
  return facts;
}

// "?" becomes $1, $2, …; no text of the shop holds one.
std::string Numbered(const std::string& sql) {
  std::string out;
  int count = 0;
  for (const char c : sql) {
    if (c == '?') {
      out.append("$").append(std::to_string(++count));
    } else {
      out += c;
    }
  }
  return out;
}

class PostgresDatabase final : public Database {
 public:
  explicit PostgresDatabase(const std::string& url) : Database(FactsOf(url)), url_(url) {
    const Connection connection = WaitForServer(url);
    for (const std::string& statement : Schema("SERIAL PRIMARY KEY")) {
      const Result result(PQexec(connection.get(), statement.c_str()), &PQclear);
      if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        throw std::runtime_error(PQresultErrorMessage(result.get()));
      }
    }
  }

  std::vector<Row> Query(Service& service, const std::string& sql,
                         const std::vector<std::string>& arguments) override {
    Connection connection = Take();
    std::vector<const char*> values;
    for (const std::string& argument : arguments) {
      values.push_back(argument.c_str());
    }
    const Result result(
        signalbox::libpq::ExecParams(ClientOf(service), connection.get(), Numbered(sql).c_str(),
                                     static_cast<int>(values.size()), values.data()),
        &PQclear);
    const std::string problem = PQresultErrorMessage(result.get());
    std::vector<Row> rows = RowsOf(result.get());
    GiveBack(std::move(connection));
    if (!problem.empty()) {
      throw std::runtime_error(problem);
    }
    return rows;
  }

 private:
  static std::vector<Row> RowsOf(const PGresult* result) {
    std::vector<Row> rows;
    for (int i = 0; i < PQntuples(result); ++i) {
      Row row;
      for (int column = 0; column < PQnfields(result); ++column) {
        row.emplace_back(PQgetvalue(result, i, column));
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  Connection Take() {
    std::unique_lock lock(mutex_);
    came_back_.wait(lock, [this] { return !idle_.empty() || open_ < kConnectionsMax; });
    if (idle_.empty()) {
      ++open_;
      lock.unlock();
      return Connect(url_);
    }
    Connection connection = std::move(idle_.back());
    idle_.pop_back();
    return connection;
  }

  void GiveBack(Connection connection) {
    const std::lock_guard lock(mutex_);
    if (PQstatus(connection.get()) == CONNECTION_OK) {
      idle_.push_back(std::move(connection));
    } else {
      --open_;
    }
    came_back_.notify_one();
  }

  const std::string url_;
  std::mutex mutex_;
  std::condition_variable came_back_;
  std::vector<Connection> idle_;
  size_t open_ = 0;
};

}  // namespace

std::unique_ptr<Database> OpenPostgres(const std::string& url) {
  return std::make_unique<PostgresDatabase>(url);
}

}  // namespace techmart
