// SPDX-License-Identifier: Apache-2.0
#include "server/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <string>
#include <string_view>

#include "server/build_info.h"

namespace sb::server {

namespace {

// Field `index` (from 1, as in proc(5)) of /proc/self/stat. The name in field 2 may hold blanks and
// parentheses, so fields are counted from the last one.
double StatField(base::FileSystem& files, int index) {
  const base::Result<std::string> text = files.ReadFile("/proc/self/stat");
  if (!text.ok()) {
    return 0;
  }
  const size_t name_end = text->rfind(')');
  if (name_end == std::string::npos) {
    return 0;
  }
  std::string_view rest = std::string_view(*text).substr(name_end + 1);
  for (int field = 3; !rest.empty(); ++field) {
    rest.remove_prefix(1);  // the blank
    const size_t end = rest.find(' ');
    if (field == index) {
      double value = 0;
      std::from_chars(rest.data(), rest.data() + std::min(end, rest.size()), value);
      return value;
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end);
  }
  return 0;
}

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double MaxOpenFiles() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
}

}  // namespace

std::string HostName() {
  char name[256] = {};
  return gethostname(name, sizeof(name) - 1) == 0 ? name : "";
}

uint64_t ProcessThreads(base::FileSystem& files) {
  return static_cast<uint64_t>(StatField(files, 20));
}

std::vector<base::Registry::Handle> RegisterProcessMetrics(base::Env& env,
                                                           base::Registry& registry) {
  using base::InstrumentKind;
  const double start_s = static_cast<double>(env.clock().NowMs().Value()) / 1000;
  const auto page_bytes = static_cast<double>(sysconf(_SC_PAGESIZE));
  base::FileSystem& files = env.files();
  std::vector<base::Registry::Handle> handles;
  const auto add = [&](InstrumentKind kind, const char* name, const char* help,
                       std::function<double()> read) {
    handles.push_back(registry.AddCallback(kind, name, help, {}, std::move(read)));
  };
  add(InstrumentKind::kCounter, "process_cpu_seconds_total",
      "Total user and system CPU time spent in seconds.", CpuSeconds);
  add(InstrumentKind::kGauge, "process_resident_memory_bytes", "Resident memory size in bytes.",
      [&files, page_bytes] { return StatField(files, 24) * page_bytes; });
  add(InstrumentKind::kGauge, "process_virtual_memory_bytes", "Virtual memory size in bytes.",
      [&files] { return StatField(files, 23); });
  add(InstrumentKind::kGauge, "process_threads", "Number of threads of the process.",
      [&files] { return static_cast<double>(ProcessThreads(files)); });
  add(InstrumentKind::kGauge, "process_open_fds", "Number of open file descriptors.", [&files] {
    const auto names = files.List("/proc/self/fd");
    return names.ok() ? static_cast<double>(names->size()) : 0;
  });
  add(InstrumentKind::kGauge, "process_max_fds", "Maximum number of open file descriptors.",
      MaxOpenFiles);
  add(InstrumentKind::kGauge, "process_start_time_seconds",
      "Start time of the process since unix epoch in seconds.", [start_s] { return start_s; });
  registry
      .AddGauge("signalbox_build_info", "What this binary is; always 1.",
                {{"version", std::string(Version())},
                 {"revision", std::string(Revision())},
                 {"compiler", std::string(Compiler())}})
      .Set(1);
  return handles;
}

}  // namespace sb::server
