// SPDX-License-Identifier: Apache-2.0
//
// What all users of one test share: its options, files, metrics, checks, shared arrays, the
// console, and what has happened so far. Built by main, borrowed by everything else.
//
// Threads: members are set before the first user starts, or are safe for concurrent use.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/mutex.h"
#include "base/status.h"
#include "metric.h"
#include "net_stream.h"
#include "options.h"
#include "results.h"

namespace sb::load {

// k6's exit codes.
enum ExitCode : int {
  kExitOk = 0, kExitThresholds = 99, kExitSetupTimeout = 100, kExitTeardownTimeout = 101,
  kExitInvalidConfig = 104, kExitInterrupted = 105, kExitScriptException = 107,
  kExitScriptAborted = 108, kExitMarkedFailed = 110,
};

// What JavaScript sees of a scenario while it runs.
struct ScenarioState {
  const Scenario* scenario = nullptr;
  Nanos begin = 0;  // monotonic
  std::atomic<uint64_t> iterations{0};   // started
  std::atomic<uint64_t> completed{0};
  std::atomic<uint64_t> interrupted{0};
  std::atomic<uint64_t> dropped{0};
  std::atomic<uint32_t> active{0};       // VUs that are iterating
  std::atomic<uint32_t> initialized{0};
  std::atomic<bool> over{false};
};

// The script, its modules, and what it opens: every file is read once. A file that appears after
// the first user was initialised is not seen, as in k6.
class ScriptFiles {
 public:
  base::Result<std::shared_ptr<const std::string>> Read(const std::string& path);
  void Put(const std::string& path, std::string content);

 private:
  base::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const std::string>> known_ SB_GUARDED_BY(mutex_);
};

class SharedArrays {
 public:
  using Elements = std::vector<std::string>;  // JSON each
  std::shared_ptr<const Elements> Find(const std::string& name);
  // The first one stays.
  void Put(const std::string& name, Elements elements);

 private:
  base::Mutex mutex_;
  std::map<std::string, std::shared_ptr<const Elements>> known_ SB_GUARDED_BY(mutex_);
};

// Messages for people, on stderr, in k6's (logfmt) form.
class Console {
 public:
  void Write(std::string_view level, std::string_view message, std::string_view source);
  // The progress lines at the bottom of a terminal, redrawn below the messages.
  void SetProgress(std::string text);

 private:
  void Erase() SB_REQUIRES(mutex_);
  base::Mutex mutex_;
  std::string progress_ SB_GUARDED_BY(mutex_);
};

struct TestState {
  std::string script_path;
  TestOptions options;
  std::string options_json = "{}";  // merged, as test.options shows it
  std::map<std::string, std::string> env;
  MetricRegistry registry;
  CheckBook checks;
  ScriptFiles files;
  SharedArrays shared;
  Console console;
  StreamSettings net;
  bool trace_context = true;
  bool keep_series = false;

  std::vector<std::unique_ptr<ScenarioState>> scenarios;
  Nanos begin = 0;             // monotonic, of the first scenario
  double begin_wall_ms = 0;
  std::atomic<bool> aborted{false};         // test.abort()
  std::atomic<bool> marked_failed{false};   // test.fail()
  std::atomic<bool> stopping{false};        // no more iterations
  std::atomic<Nanos> next_request{0};       // with options.rps
};

}  // namespace sb::load
