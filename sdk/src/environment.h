// SPDX-License-Identifier: Apache-2.0
//
// Options as the environment variables of OpenTelemetry change them (specification, "Environment
// variables"), and the address of each signal.
#pragma once

#include <string>

#include "otlp_transport.h"
#include "signalbox/sdk.h"

namespace signalbox::internal {

// Complaints about values that cannot be read, one a line, go to `problems`.
Options WithEnvironment(Options options, std::string* problems);

TransportOptions TransportOf(Signal signal, const Options& options);

}  // namespace signalbox::internal
