// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "server/commands.h"

int main(int argc, char** argv) {
  return sb::server::RunCommandLine(sb::server::RootCommand(),
                                    std::vector<std::string>(argv + 1, argv + argc));
}
