// SPDX-License-Identifier: Apache-2.0
//
// The commands of the program. Each function returns its row of the command table; what it does is
// in the file of its name.
#pragma once

#include <string>
#include <vector>

#include "server/command_line.h"

namespace sb::server {

Command RootCommand();

Command ServeCommand();       // serve_command.cc
Command LogsCommand();        // logs_command.cc
Command LogsQueryCommand();   // logs_query_command.cc, below `logs`
Command CheckCommand();       // check_command.cc
Command CheckRulesCommand();  // rules_command.cc, below `check`
Command TestRulesCommand();   // rules_command.cc
Command RulesCommand();       // backfill_command.cc
Command SloCommand();         // slo_command.cc
Command AmtoolCommand();      // amtool_command.cc
Command QueryCommand();       // query_command.cc
Command ImportCommand();      // import_command.cc
Command DashboardCommand();   // dashboard_command.cc
Command LoadCommand();        // load_command.cc
Command VersionCommand();     // root_command.cc
Command CompletionCommand();  // root_command.cc

// Replaces this process by signalbox-load; returns an exit code only if that fails.
int ExecLoad(const std::vector<std::string>& words);

}  // namespace sb::server
