// SPDX-License-Identifier: Apache-2.0
//
// The command line of signalbox-load, which is k6's: `run [flags] script.js`.
//
// Flags become a layer of options (options.h), the strongest one; K6_* environment variables the
// one below. An unknown flag is kInvalidArgument with its name. `script` is "-" for stdin.
// Source: k6 documentation, "Options reference".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "options.h"

namespace sb::load {

struct CommandLine {
  enum class Command : uint8_t { kRun, kVersion, kHelp } command = Command::kRun;
  std::string script;
  rapidjson::Document options;              // a layer
  std::map<std::string, std::string> env;   // -e NAME=VALUE
  std::vector<std::string> outputs;         // --out
  std::string summary_export;
  std::string config;
  std::string summary_mode = "compact";
  bool quiet = false;
  bool no_color = false;
  bool no_summary = false;
  bool trace_context = true;
  bool system_environment = true;
};

base::Result<CommandLine> ParseCommandLine(const std::vector<std::string>& arguments);
// The layer of K6_VUS, K6_DURATION, …; and K6_OUT, K6_SUMMARY_EXPORT into `line` where it has none.
base::Status ReadEnvironment(const std::map<std::string, std::string>& environment,
                             rapidjson::Document* layer, CommandLine* line);
std::string HelpText();

}  // namespace sb::load
