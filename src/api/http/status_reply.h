// SPDX-License-Identifier: Apache-2.0
//
// Status -> HTTP status code, the one table for every façade.
#pragma once

#include "base/status.h"

namespace sb::api {

// 400 for what the caller did wrong, 404, 409, 413/429 for limits, 499 for a caller that went away,
// 503 for "try again", 504 is never used: a query that ran out of time is 503 as in the reference.
int HttpStatusOf(base::StatusCode code);

}  // namespace sb::api
