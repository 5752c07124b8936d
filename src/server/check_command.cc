// SPDX-License-Identifier: Apache-2.0
//
// `signalbox check config FILE…`: what `serve` would say of these files, without serving.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/env.h"
#include "config/yaml_reader.h"
#include "ingest/scrape/prometheus_file.h"
#include "server/commands.h"
#include "server/environment.h"
#include "server/server_config.h"

namespace sb::server {

namespace {

base::Status CheckPrometheus(base::FileSystem& files, const std::string& path) {
  const auto config = scrape::LoadPrometheusFile(files, path, {ProcessEnvironment()});
  if (!config.ok()) {
    return config.status();
  }
  for (const std::string& notice : config->notices) {
    std::printf("%s\n", notice.c_str());
  }
  std::printf("%s: valid prometheus.yml, %zu scrape jobs\n", path.c_str(),
              config->AllScrapeConfigs().size());
  return base::OkStatus();
}

base::Status CheckSignalbox(base::FileSystem& files, const std::string& path) {
  SB_ASSIGN_OR_RETURN(const ServerConfig config, LoadServerConfig(files, path));
  std::printf("%s: valid signalbox.yaml\n", path.c_str());
  return config.prometheus.config.empty() ? base::OkStatus()
                                          : CheckPrometheus(files, config.prometheus.config);
}

// The two formats share no top-level key, so the keys tell which one a file is.
base::Result<bool> IsPrometheusFile(base::FileSystem& files, const std::string& path) {
  SB_ASSIGN_OR_RETURN(const std::string text, files.ReadFile(path));
  SB_ASSIGN_OR_RETURN(const config::NodePtr root, config::ParseYaml(text, path));
  static constexpr std::string_view kKeys[] = {
      "global",   "scrape_configs", "scrape_config_files", "rule_files",
      "alerting", "remote_write",   "remote_read",         "tracing",
      "otlp",     "runtime"};
  return std::any_of(std::begin(kKeys), std::end(kKeys),
                     [&root](std::string_view key) { return root->Find(key) != nullptr; });
}

base::Status CheckFile(base::FileSystem& files, const std::string& path) {
  SB_ASSIGN_OR_RETURN(const bool is_prometheus, IsPrometheusFile(files, path));
  return is_prometheus ? CheckPrometheus(files, path) : CheckSignalbox(files, path);
}

int RunCheckConfig(const Arguments& arguments) {
  if (arguments.positional().empty()) {
    std::fputs("signalbox check config: name at least one file\n", stderr);
    return kExitUsage;
  }
  int exit_code = kExitOk;
  for (const std::string& path : arguments.positional()) {
    const base::Status status = CheckFile(base::Env::Real().files(), path);
    if (!status.ok()) {
      std::fprintf(stderr, "%s\n", std::string(status.message()).c_str());
      exit_code = kExitInvalid;
    }
  }
  return exit_code;
}

}  // namespace

Command CheckCommand() {
  Command config;
  config.name = "config";
  config.summary = "Checks signalbox.yaml or prometheus.yml and shows everything that is wrong.";
  config.description =
      "Checks configuration files without starting anything. Each problem is one line on stderr,\n"
      "file:line:column: message. What is valid but not executed by this version is listed on\n"
      "stdout. Exit code 3 if a file is not valid.";
  config.positional = "FILE…";
  config.examples = {"signalbox check config signalbox.yaml",
                     "signalbox check config /etc/prometheus/prometheus.yml"};
  config.run = RunCheckConfig;
  Command command;
  command.name = "check";
  command.summary = "Checks files before they are used.";
  command.subcommands = {config, CheckRulesCommand()};
  return command;
}

}  // namespace sb::server
