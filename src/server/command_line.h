// SPDX-License-Identifier: Apache-2.0
//
// The commands of the program as a table: one Command per verb, nested, each with its flags.
// Parsing,
// `--help` at each level and shell completion come from the same table.
//
//   const Command root = {.name = "signalbox", .subcommands = {ServeCommand(), QueryCommand()}};
//   return RunCommandLine(root, argc, argv);
//
// Long flags only: `--name value`, `--name=value`; a flag without a value name is a switch. `--`
// ends the flags. Exit codes: 0 done, 1 failed, 2 wrong usage (message on stderr), 3 the thing that
// was checked is not valid.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"

namespace sb::server {

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInvalid = 3;

struct Flag {
  std::string name;
  std::string value_name;  // empty: a switch
  std::string sentence;
  bool repeatable = false;
  bool required = false;
};

class Arguments {
 public:
  bool Has(const std::string& flag) const { return values_.contains(flag); }
  // The value, or `fallback` when the flag was not given.
  std::string Get(const std::string& flag, std::string_view fallback = {}) const;
  std::vector<std::string> GetAll(const std::string& flag) const;
  // The server of --url, without slashes at its end.
  std::string ServerUrl(std::string_view fallback) const;
  const std::vector<std::string>& positional() const { return positional_; }

  void Add(const std::string& flag, std::string value) {
    values_[flag].push_back(std::move(value));
  }
  void AddPositional(std::string value) { positional_.push_back(std::move(value)); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> positional_;
};

struct Command {
  std::string name;
  std::string summary;      // one line, for the list in the parent's help
  std::string description;  // paragraphs below the usage line
  std::string positional;   // as shown in the usage line: "FILE…"; empty: none are taken
  std::vector<std::string> examples;
  std::vector<Flag> flags;
  std::vector<Command> subcommands;
  std::function<int(const Arguments&)> run;  // null for a pure group
};

// kInvalidArgument for unknown flags, missing values, missing required flags, too many words.
base::Result<Arguments> ParseArguments(const Command& command,
                                       const std::vector<std::string>& words);

std::string HelpText(const Command& command, const std::string& path);
// A completion script for "bash", "zsh" or "fish"; kInvalidArgument for another shell.
base::Result<std::string> CompletionScript(const Command& root, std::string_view shell);

// `--version` of a group that has the command `version` is that command.
int RunCommandLine(const Command& root, const std::vector<std::string>& words);

}  // namespace sb::server
