// SPDX-License-Identifier: Apache-2.0
//
// The event store as the crash and kill suites see it (store/file/testing/crash_subject.h).
#pragma once

#include "store/events/db/event_db.h"
#include "store/file/testing/crash_subject.h"

namespace sb::events {

// Opens the store of `options.folder`. With `undamaged`, damage that opening reports is an error:
// the death of a process leaves none, a loss of power may.
base::Result<std::unique_ptr<store::CrashSubject>> OpenCrashSubject(base::Env& env,
                                                                    const EventDbOptions& options,
                                                                    bool undamaged);

}  // namespace sb::events
