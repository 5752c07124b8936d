// SPDX-License-Identifier: Apache-2.0
//
// techmart runs the demo: five services with telemetry of their own, and customers.
//
//   techmart --otlp http://127.0.0.1:4318 --data DIR [--port 7000] [--rate 4]
//
// PostgreSQL where DATABASE_URL is set, Kafka where KAFKA_BROKERS is ("mock": librdkafka's own
// broker), Redis where REDIS_URL is; otherwise SQLite, a queue in the database, and a cache in the
// process.
//
// Ports: frontend PORT, api PORT+1, inventory-svc PORT+2, product-worker PORT+3, chat PORT+4. Ends
// on SIGTERM or SIGINT; exit code 1 if a port is taken.
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>

#include "number_text.h"
#include "shop.h"

namespace {

constexpr char kUsage[] =
    "Usage: techmart [--otlp URL] [--data DIR] [--port PORT] [--rate JOURNEYS]\n\n"
    "Runs the demo shop: five services that send their telemetry to --otlp (default\n"
    "http://127.0.0.1:4318), keep their data in --data (default .) and listen on --port (default\n"
    "7000) and the four ports above it, and customers who start --rate journeys a second (4).\n"
    "DATABASE_URL, KAFKA_BROKERS and REDIS_URL choose real servers.\n";

using FlagMap = std::map<std::string, std::string>;

// Nothing if a flag is unknown or lacks its value.
std::optional<FlagMap> Flags(int argc, char** argv) {
  FlagMap flags = {
      {"--otlp", "http://127.0.0.1:4318"}, {"--data", "."}, {"--port", "7000"}, {"--rate", "4"}};
  for (int i = 1; i < argc; i += 2) {
    const auto flag = flags.find(argv[i]);
    if (flag == flags.end() || i + 1 == argc) {
      std::fprintf(stderr, "techmart: %s %s\n",
                   flag == flags.end() ? "unknown flag" : "no value for", argv[i]);
      return std::nullopt;
    }
    flag->second = argv[i + 1];
  }
  return flags;
}

std::string Address(int64_t port) {
  return "http://127.0.0.1:" + std::to_string(port);
}

// What stands in the environment, or nothing.
std::string Setting(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::unique_ptr<techmart::Database> OpenDatabase(const std::string& folder) {
  const std::string url = Setting("DATABASE_URL");
  return url.empty() ? techmart::OpenSqlite(folder + "/techmart.sqlite")
                     : techmart::OpenPostgres(url);
}

std::unique_ptr<techmart::MessageQueue> OpenQueue(techmart::Database& db) {
  const std::string brokers = Setting("KAFKA_BROKERS");
  return brokers.empty() ? techmart::EmbeddedQueue(db) : techmart::KafkaQueue(brokers);
}

std::unique_ptr<techmart::Cache> OpenCache() {
  const std::string url = Setting("REDIS_URL");
  return url.empty() ? techmart::MemoryCache() : techmart::RedisCache(url);
}

int Run(FlagMap flags, const sigset_t& signals) {
  std::filesystem::create_directories(flags["--data"]);
  const int64_t port = techmart::NumberOf(flags["--port"]);
  const std::unique_ptr<techmart::Database> db = OpenDatabase(flags["--data"]);
  std::unique_ptr<techmart::MessageQueue> queue = OpenQueue(*db);
  const std::unique_ptr<techmart::Cache> cache = OpenCache();
  techmart::Faults faults;
  techmart::Shop shop{
      *db,           *queue,           *cache, faults, Address(port + 1), Address(port + 2),
      Address(port), Address(port + 4)};
  const auto service = [&](const char* name, int64_t offset) {
    return techmart::ServiceOptions{
        .name = name, .port = static_cast<int>(port + offset), .otlp = flags["--otlp"]};
  };
  techmart::Service frontend(service("frontend", 0));
  techmart::Service api(service("api", 1));
  techmart::Service inventory(service("inventory-svc", 2));
  techmart::Service worker_service(service("product-worker", 3));
  techmart::Service chat(service("chat", 4));
  techmart::AddFrontendRoutes(frontend, shop);
  techmart::AddApiRoutes(api, shop);
  techmart::AddInventoryRoutes(inventory, shop);
  techmart::AddChatRoutes(chat, shop);
  for (techmart::Service* one : {&inventory, &api, &worker_service, &chat, &frontend}) {
    if (!one->Start()) {
      std::fprintf(stderr, "techmart: port %d is taken (%s); choose others with --port\n",
                   one->port(), one->name().c_str());
      return 1;
    }
  }
  {
    techmart::Worker worker(worker_service, shop);
    techmart::Traffic traffic(shop, techmart::FractionOf(flags["--rate"]));
    std::fprintf(stderr, "techmart: shop at %s\n", shop.shop.c_str());
    int signal = 0;
    sigwait(&signals, &signal);
  }
  const auto services = {&frontend, &chat, &worker_service, &api, &inventory};
  for (techmart::Service* one : services) {
    one->StopServing();
  }
  // Waits for delivery reports, whose spans still need the telemetry of the services.
  queue.reset();
  for (techmart::Service* one : services) {
    one->Stop();
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--help") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  const std::optional<FlagMap> flags = Flags(argc, argv);
  if (!flags) {
    std::fputs(kUsage, stderr);
    return 2;
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return Run(*flags, signals);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "techmart: %s\n", error.what());
    return 1;
  }
}
