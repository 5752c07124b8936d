// SPDX-License-Identifier: Apache-2.0
//
// Plays a recorded conversation against a router: one JSON object per line with method, path, body,
// status, response (what the answer must hold; "*" is any value) and capture (variables for later
// lines, used as @NAME@).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/router.h"

namespace sb::api {

struct ConversationResult {
  int steps = 0;
  int good = 0;
  std::vector<std::string> errors;  // one per step that went wrong
};

// `path_prefixes`: steps whose path starts with none of these are left out (empty: all are played).
ConversationResult PlayConversation(const net::Router& router, std::string_view lines,
                                    const std::vector<std::string>& path_prefixes);

}  // namespace sb::api
