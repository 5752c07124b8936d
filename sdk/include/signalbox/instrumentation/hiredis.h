// SPDX-License-Identifier: Apache-2.0
//
// hiredis with telemetry: the same calls, each a span and a measurement (database.h). Own CMake
// target signalbox::sdk_hiredis, which links hiredis.
//
//   redisContext* redis = redisConnect("127.0.0.1", 6379);
//   DatabaseClient cache = hiredis::ClientOf(*sdk, redis, "0");
//   redisReply* reply = hiredis::Command(cache, redis, {"GET", "product:7"});
//
// Replies are hiredis' and the caller's to free; null as from hiredis when the connection is lost.
// The statement that is told holds the command and its first argument (the key), "?" for the
// others.
//
// Threads: as hiredis, one thread for a context at a time.
#pragma once

#include <hiredis/hiredis.h>

#include <string_view>
#include <vector>

#include "signalbox/database.h"
#include "signalbox/sdk.h"

namespace signalbox::hiredis {

// `database` is the number that SELECT chose.
DatabaseClient ClientOf(const Sdk& sdk, const redisContext* context,
                        std::string_view database = "0");

redisReply* Command(const DatabaseClient& client, redisContext* context,
                    const std::vector<std::string_view>& words);

}  // namespace signalbox::hiredis
