// SPDX-License-Identifier: Apache-2.0
//
// Resource is who sends: the service, its instance, the host and process it runs in. Detected, then
// changed by OTEL_RESOURCE_ATTRIBUTES ("key=value,key2=value2", percent-encoded) and
// OTEL_SERVICE_NAME.
#pragma once

#include <string_view>

#include "signalbox/attributes.h"

namespace signalbox {

// service.instance.id is random per process; service.name is "unknown_service:<program>" unless
// given.
Attributes DetectResource(std::string_view service_name, std::string_view service_version);

}  // namespace signalbox
