// SPDX-License-Identifier: Apache-2.0
//
// The parameters of a list of alerts: `filter` (one matcher each), `receiver` (a pattern of the
// whole name), `receiver_matchers` (one matcher each, of the receiver's labels), `active`,
// `silenced`, `inhibited`, `unprocessed`, `muted` (true unless said).
//
// kInvalidArgument in the reference's words. Threads: pure functions.
#pragma once

#include "alert/manager/manager_views.h"
#include "base/status.h"
#include "net/http_message.h"

namespace sb::api {

// A flag that is true unless the request says otherwise.
bool TrueUnlessSaid(const net::HttpRequest& request, std::string_view name);
base::Result<alert::AlertMatchers> ReadReceiverMatchers(const net::HttpRequest& request,
                                                        alert::MatcherMode mode);
base::Result<alert::AlertQuery> ReadAlertQuery(const net::HttpRequest& request,
                                               alert::MatcherMode mode);

}  // namespace sb::api
