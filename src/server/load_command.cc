// SPDX-License-Identifier: Apache-2.0
//
// `signalbox load …`: becomes the program signalbox-load, which stands beside this one. It is a
// program of its own because it alone links V8 (docs/decisions/0007-load-scripts-on-v8.md).
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "server/commands.h"

namespace sb::server {

int ExecLoad(const std::vector<std::string>& words) {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::string program = (self.parent_path() / "signalbox-load").string();
  std::vector<char*> arguments = {const_cast<char*>(program.c_str())};
  for (const std::string& word : words) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  execv(program.c_str(), arguments.data());
  std::fprintf(stderr,
               "signalbox load: cannot start %s: %s. It is built where libnode-dev is installed "
               "(tools/setup build)\n",
               program.c_str(), std::strerror(errno));
  return kExitFailed;
}

Command LoadCommand() {
  Command command;
  command.name = "load";
  command.summary = "Runs k6 scripts: load run [flags] SCRIPT (load help lists the flags).";
  command.positional = "run [flags] SCRIPT";
  command.examples = {"signalbox load run --vus 10 --duration 30s script.js",
                      "signalbox load run --out signalbox --tag testid=nightly script.js"};
  command.run = [](const Arguments& arguments) { return ExecLoad(arguments.positional()); };
  return command;
}

}  // namespace sb::server
