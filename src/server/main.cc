// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "server/commands.h"

int main(int argc, char** argv) {
  // Its flags are k6's: they are not ours to read.
  if (argc > 1 && std::string(argv[1]) == "load") {
    return sb::server::ExecLoad(std::vector<std::string>(argv + 2, argv + argc));
  }
  return sb::server::RunCommandLine(sb::server::RootCommand(),
                                    std::vector<std::string>(argv + 1, argv + argc));
}
