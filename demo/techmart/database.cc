// SPDX-License-Identifier: Apache-2.0
#include "database.h"

namespace techmart {

namespace {

constexpr const char* kProducts[] = {
    "Signal Lamp",    "Brass Lever",   "Track Circuit", "Block Bell",   "Semaphore Arm",
    "Points Motor",   "Relay Rack",    "Lamp Oil",      "Ground Frame", "Token Machine",
    "Level Crossing", "Fog Detonator", "Signal Wire",   "Box Diagram",  "Train Register"};

}  // namespace

const signalbox::DatabaseClient& Database::ClientOf(Service& service) {
  const std::lock_guard lock(clients_mutex_);
  auto& client = clients_[&service];
  if (client == nullptr) {
    client = std::make_unique<signalbox::DatabaseClient>(service.tracer(), service.meter(), facts_);
  }
  return *client;
}

std::vector<std::string> Database::Schema(const std::string& serial) {
  std::vector<std::string> statements = {
      "CREATE TABLE IF NOT EXISTS product(id INTEGER PRIMARY KEY, name TEXT, category TEXT, "
      "price DOUBLE PRECISION, stock INTEGER)",
      "CREATE TABLE IF NOT EXISTS review(product_id INTEGER, stars INTEGER, text TEXT)",
      "CREATE TABLE IF NOT EXISTS orders(id " + serial +
          ", product_id INTEGER, quantity INTEGER, total DOUBLE PRECISION, state TEXT)",
      "CREATE TABLE IF NOT EXISTS job(id " + serial + ", state TEXT, items INTEGER)",
      "CREATE TABLE IF NOT EXISTS message(id " + serial +
          ", topic TEXT, headers TEXT, body TEXT, sent_ms BIGINT)"};
  int id = 0;
  for (const char* name : kProducts) {
    ++id;
    statements.push_back("INSERT INTO product VALUES(" + std::to_string(id) + ", '" + name +
                         "', '" + (id % 3 == 0 ? "signals" : "parts") + "', " +
                         std::to_string(5 + id * 7 % 90) + ".50, 100000) ON CONFLICT DO NOTHING");
  }
  return statements;
}

}  // namespace techmart
