// SPDX-License-Identifier: Apache-2.0
//
// Runs the script that draws (bundle.h) in V8 until its answer is there. The script sees the
// engine's language, the functions of ui/src/base/headless/host.ts, and nothing else: no files, no
// modules, no network but the fetcher's.
//
//   PrintAnswer answer = RunPrint(job_json, fetcher);
//
// Never throws; a script that fails or ends without an answer is status 500 with its message. When
// the heap is full V8 ends the process.
//
// Threads: once per process, on its main thread.
#pragma once

#include <string>

#include "fetcher.h"

namespace sb::print {

struct PrintAnswer {
  int status = 500;
  std::string message;
  std::string document;
};

PrintAnswer RunPrint(const std::string& job_json, Fetcher& fetcher);

}  // namespace sb::print
