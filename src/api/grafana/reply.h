// SPDX-License-Identifier: Apache-2.0
//
// Replies as Grafana gives them: JSON, errors as {"message": …}. Internal to the module.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/status.h"
#include "net/http_message.h"
#include "net/router.h"

namespace sb::grafana {

net::HttpResponse JsonReply(std::string json, int status = 200);
net::HttpResponse MessageReply(std::string_view message, int status = 200);
// kNotFound 404, kAlreadyExists 409, kAborted and kFailedPrecondition 412, …
net::HttpResponse ErrorReply(const base::Status& status);

// A handler that computes its whole reply; a failed Result becomes ErrorReply.
using Answer = std::function<base::Result<net::HttpResponse>(const net::HttpRequest&)>;
void Route(net::Router* router, std::string_view method, std::string_view pattern, Answer answer);

// The query parameter as a whole number, `fallback` when it is missing or none.
int64_t NumberParameter(const net::HttpRequest& request, std::string_view name, int64_t fallback);

}  // namespace sb::grafana
