// SPDX-License-Identifier: Apache-2.0
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/commands.h"

namespace {

// glibc opens up to eight arenas a core, each of which keeps what was freed in it: under log load
// that was a third of the resident memory, for no CPU gained. And it hands the buffers of every
// request back to the kernel at once, to fault in the same pages for the next: keeping a few
// megabytes makes writes of many samples a series a third cheaper.
void TuneMalloc() {
  const long cores = sysconf(_SC_NPROCESSORS_ONLN);
  mallopt(M_ARENA_MAX, static_cast<int>(std::clamp(cores, 2L, 64L)));
  mallopt(M_MMAP_THRESHOLD, 2 << 20);
  mallopt(M_TRIM_THRESHOLD, 8 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  TuneMalloc();
  // Its flags are k6's: they are not ours to read.
  if (argc > 1 && std::string(argv[1]) == "load") {
    return sb::server::ExecLoad(std::vector<std::string>(argv + 2, argv + argc));
  }
  return sb::server::RunCommandLine(sb::server::RootCommand(),
                                    std::vector<std::string>(argv + 1, argv + argc));
}
