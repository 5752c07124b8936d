// SPDX-License-Identifier: Apache-2.0
#include "server/query_service.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace sb::server {

namespace {

// At five steps a thread gets about a third of what one of the usual priority gets, when both want
// the same processor.
constexpr int kQueryNice = 5;

// Linux keeps the nice value per thread. It cannot be raised again without privileges, so only
// threads that do nothing but answer queries come here.
void GiveWayToOthers() {
  thread_local bool done = false;
  if (!done) {
    done = true;
    // Refused only where a sandbox forbids the call; queries then compete as equals.
    (void)setpriority(PRIO_PROCESS, static_cast<id_t>(syscall(SYS_gettid)), kQueryNice);
  }
}

int64_t BudgetOf(base::Env& env, const QuerySection& options) {
  const base::Result<uint64_t> bytes =
      MemoryTotalBytes(options.memory_total, MachineMemoryBytes(env.files()));
  return bytes.ok() ? static_cast<int64_t>(*bytes) : 0;
}

query::QueryDesk::Options DeskOptions(const QuerySection& options, base::ThreadPool& pool,
                                      const query::MemoryBudget& budget) {
  query::QueryDesk::Options out;
  out.running_max = options.concurrency;
  out.waiting_max = options.queue_max;
  out.budget = &budget;
  out.post = QueryService::Executor(pool);
  return out;
}

}  // namespace

uint64_t MachineMemoryBytes(base::FileSystem& files) {
  uint64_t bytes = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                   static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  if (const auto text = files.ReadFile("/sys/fs/cgroup/memory.max"); text.ok()) {
    uint64_t limit = 0;  // the text is "max" where there is none
    const auto read = std::from_chars(text->data(), text->data() + text->size(), limit);
    if (read.ec == std::errc() && limit > 0) {
      bytes = std::min(bytes, limit);
    }
  }
  return bytes;
}

std::function<bool(std::function<void()>)> QueryService::Executor(base::ThreadPool& pool) {
  return [&pool](std::function<void()> task) {
    return pool
        .Post([work = std::move(task)] {
          GiveWayToOthers();
          work();
        })
        .ok();
  };
}

QueryService::QueryService(base::Env& env, const QuerySection& options, base::ThreadPool& pool,
                           base::Registry& registry)
    : budget_(BudgetOf(env, options)),
      desk_(DeskOptions(options, pool, budget_), env.clock()),
      log_(env) {
  RegisterInstruments(registry);
}

void QueryService::RegisterInstruments(base::Registry& registry) {
  const auto add = [&](base::InstrumentKind kind, const char* name, const char* help,
                       std::function<double()> read) {
    handles_.push_back(registry.AddCallback(kind, name, help, {}, std::move(read)));
  };
  using Kind = base::InstrumentKind;
  add(Kind::kGauge, "signalbox_query_running", "PromQL queries of clients that run now.",
      [this] { return static_cast<double>(desk_.counts().running); });
  add(Kind::kGauge, "signalbox_query_waiting", "PromQL queries of clients that wait for a place.",
      [this] { return static_cast<double>(desk_.counts().waiting); });
  add(Kind::kCounter, "signalbox_query_started_total", "PromQL queries of clients started.",
      [this] { return static_cast<double>(desk_.counts().started); });
  add(Kind::kCounter, "signalbox_query_shared_total",
      "Requests answered with the result of an equal query that waited already.",
      [this] { return static_cast<double>(desk_.counts().shared); });
  add(Kind::kCounter, "signalbox_query_refused_total",
      "PromQL queries refused because too many waited, or whose time was over in the queue.",
      [this] { return static_cast<double>(desk_.counts().refused); });
  add(Kind::kGauge, "signalbox_query_memory_bytes", "Memory that queries hold now.",
      [this] { return static_cast<double>(budget_.used()); });
  add(Kind::kGauge, "signalbox_query_memory_peak_bytes", "Most memory that queries ever held.",
      [this] { return static_cast<double>(budget_.peak()); });
  add(Kind::kGauge, "signalbox_query_memory_limit_bytes",
      "Memory that queries may hold together (query.memory_total).",
      [this] { return static_cast<double>(budget_.bytes_max()); });
}

promql::EngineOptions QueryService::EngineOptions(const ServerConfig& config) {
  promql::EngineOptions options;
  options.lookback_ms = config.query.lookback.Value();
  options.samples_max = static_cast<int64_t>(config.query.samples_max);
  options.timeout_ms = config.query.timeout.Value();
  options.bytes_max = config.query.memory_max.bytes > 0
                          ? static_cast<int64_t>(config.query.memory_max.bytes)
                          : budget_.bytes_max() / 2;
  options.maybe_budget = &budget_;
  options.delayed_name_removal = config.prometheus.delayed_name_removal;
  options.use_start_timestamps = config.prometheus.use_start_timestamps;
  return options;
}

base::Status QueryService::OpenLog(const ServerConfig& config,
                                   const scrape::PrometheusConfig& prometheus) {
  return log_.Open(!config.query.log_file.empty() ? config.query.log_file
                                                  : prometheus.global.query_log_file);
}

}  // namespace sb::server
