// SPDX-License-Identifier: Apache-2.0
//
// `signalbox serve`: flags, signals, and the life of one Server.
#include <csignal>
#include <cstdio>

#include "base/env.h"
#include "base/log.h"
#include "server/commands.h"
#include "server/doors.h"
#include "server/server.h"
#include "server/server_config.h"

namespace sb::server {

namespace {

// Signals are taken by sigwait on the main thread, so that no handler runs in the middle of
// anything.
sigset_t BlockSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    sigaddset(&set, signal);
  }
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return set;
}

// Returns when the process has been asked to end.
void HandleSignals(const sigset_t& set, Server& server) {
  for (;;) {
    int signal = 0;
    if (sigwait(&set, &signal) != 0) {
      continue;
    }
    if (signal != SIGHUP) {
      SB_LOG(kInfo, "stopping", {"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"});
      return;
    }
    // The outcome is in the log, the metrics and the UI; a signal has nobody to answer.
    (void)server.Reload();
  }
}

base::Result<ServerOptions> ReadOptions(const Arguments& arguments) {
  ServerOptions options;
  options.data_folder = arguments.Get("data");
  options.config_file = arguments.Get("config");
  if (!options.config_file.empty()) {
    SB_ASSIGN_OR_RETURN(options.config,
                        LoadServerConfig(base::Env::Real().files(), options.config_file));
  }
  options.listen = arguments.Get("listen", options.config.listen);
  SB_RETURN_IF_ERROR(CheckAddress(options.listen).WithPrefix("--listen"));
  SB_ASSIGN_OR_RETURN(options.doors, ResolveDoors(options.config.doors, arguments.GetAll("door")));
  if (arguments.Has("log-level")) {
    options.config.log.level = arguments.Get("log-level");
    options.log_level_from_flag = true;
  }
  return options;
}

int RunServe(const Arguments& arguments) {
  const sigset_t signals = BlockSignals();
  base::Result<ServerOptions> options = ReadOptions(arguments);
  if (!options.ok()) {
    std::fprintf(stderr, "%s\n", std::string(options.status().message()).c_str());
    return kExitUsage;
  }
  if (const base::Status log = ApplyLogConfig(options->config.log); !log.ok()) {
    std::fprintf(stderr, "%s\n", std::string(log.message()).c_str());
    return kExitUsage;
  }
  Server server(base::Env::Real(), std::move(options).value());
  if (const base::Status started = server.Start(); !started.ok()) {
    std::fprintf(stderr, "signalbox: %s\n", std::string(started.message()).c_str());
    return kExitFailed;
  }
  HandleSignals(signals, server);
  const base::Status stopped = server.Stop();
  if (!stopped.ok()) {
    std::fprintf(stderr, "signalbox: %s\n", std::string(stopped.message()).c_str());
    return kExitFailed;
  }
  return kExitOk;
}

}  // namespace

Command ServeCommand() {
  Command command;
  command.name = "serve";
  command.summary = "Runs Signalbox.";
  command.description =
      "Runs Signalbox until SIGTERM or SIGINT. SIGHUP, like POST /-/reload, reads the "
      "configuration\n"
      "again; a bad one is refused and the old one kept. Everything listens on the loopback "
      "unless\n"
      "an address says otherwise.";
  command.flags = {
      {"data", "DIR", "Folder of the data; created if missing.", false, true},
      {"config", "FILE", "signalbox.yaml; without it the defaults hold."},
      {"listen", "HOST:PORT", "Web UI and all APIs (default 127.0.0.1:3000)."},
      {"door", "NAME=HOST:PORT|off", "Moves or closes another listener; all=off closes all.", true},
      {"log-level", "LEVEL", "debug, info, warn or error; wins over the file."}};
  command.examples = {"signalbox serve --data ./data",
                      "signalbox serve --data /var/lib/signalbox --config signalbox.yaml --door "
                      "prometheus=0.0.0.0:9090"};
  command.run = RunServe;
  return command;
}

}  // namespace sb::server
