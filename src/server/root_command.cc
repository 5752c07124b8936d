// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "server/build_info.h"
#include "server/commands.h"

namespace sb::server {

Command VersionCommand() {
  Command command;
  command.name = "version";
  command.summary = "Prints version, revision and compiler.";
  command.run = [](const Arguments&) {
    std::printf("signalbox %s (revision %s, %s)\n", std::string(Version()).c_str(),
                std::string(Revision()).c_str(), std::string(Compiler()).c_str());
    return kExitOk;
  };
  return command;
}

Command CompletionCommand() {
  Command command;
  command.name = "completion";
  command.summary = "Prints a completion script for bash, zsh or fish.";
  command.positional = "SHELL";
  command.examples = {"source <(signalbox completion bash)"};
  command.run = [](const Arguments& arguments) {
    if (arguments.positional().size() != 1) {
      std::fputs("signalbox completion: name one shell: bash, zsh or fish\n", stderr);
      return kExitUsage;
    }
    const base::Result<std::string> script =
        CompletionScript(RootCommand(), arguments.positional()[0]);
    if (!script.ok()) {
      std::fprintf(stderr, "signalbox completion: %s\n",
                   std::string(script.status().message()).c_str());
      return kExitUsage;
    }
    std::fputs(script->c_str(), stdout);
    return kExitOk;
  };
  return command;
}

Command RootCommand() {
  Command root;
  root.name = "signalbox";
  root.description =
      "Signalbox is the whole observability stack in one program. It scrapes and receives "
      "metrics,\n"
      "keeps them durably, answers PromQL over the Prometheus API on port 9090 and shows them in "
      "a\n"
      "web UI on port 3000.";
  root.subcommands = {ServeCommand(),     CheckCommand(),     TestRulesCommand(), RulesCommand(),
                      AmtoolCommand(),    SloCommand(),       QueryCommand(),     LogsCommand(),
                      ImportCommand(),    DashboardCommand(), LoadCommand(),      VersionCommand(),
                      CompletionCommand()};
  root.flags = {{.name = "version", .value_name = "", .sentence = "As the command version."}};
  root.examples = {"signalbox serve --data /var/lib/signalbox --config signalbox.yaml",
                   "signalbox check config signalbox.yaml", "signalbox query 'up == 0'"};
  return root;
}

}  // namespace sb::server
