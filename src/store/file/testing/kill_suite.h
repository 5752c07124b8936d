// SPDX-License-Identifier: Apache-2.0
//
// Kills a real process with SIGKILL at random moments while it writes batches into a store in a
// real folder and the store's background works; after each death every acknowledged batch must be
// there. The seed and the number of batches are printed. SIGNALBOX_KILL_CYCLES sets the number of
// deaths (default 200).
//
// Returns an error that names the cycle and what was wrong. Forks: no other thread may run.
#pragma once

#include "store/file/testing/crash_subject.h"

namespace sb::store {

// `folder` is emptied first and removed at the end.
base::Status KillWhileWriting(const OpenCrashSubject& open, const std::string& folder);

}  // namespace sb::store
