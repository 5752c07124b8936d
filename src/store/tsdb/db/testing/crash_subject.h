// SPDX-License-Identifier: Apache-2.0
//
// The metrics store as the crash and kill suites see it (store/file/testing/crash_subject.h).
#pragma once

#include "store/file/testing/crash_subject.h"
#include "store/tsdb/db/db.h"

namespace sb::tsdb {

// Opens the store of `options.folder`. With `undamaged`, damage that opening reports is an error:
// the death of a process leaves none, a loss of power may.
base::Result<std::unique_ptr<store::CrashSubject>> OpenCrashSubject(base::Env& env,
                                                                    const DbOptions& options,
                                                                    bool undamaged);

}  // namespace sb::tsdb
