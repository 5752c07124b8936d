// SPDX-License-Identifier: Apache-2.0
//
// TeeAppender forwards a batch to the store's appender and writes what the store accepted to the
// queue's log: to the log first, so that a crash between the two loses nothing that a sender will
// not send again.
//
// Threads: as any Appender.
#pragma once

#include <memory>

#include "ingest/remote_out/queue_log.h"
#include "store/interface/appender.h"

namespace sb::remote_out {

std::unique_ptr<store::Appender> NewTeeAppender(std::unique_ptr<store::Appender> inner,
                                                std::shared_ptr<QueueLog> log);

}  // namespace sb::remote_out
