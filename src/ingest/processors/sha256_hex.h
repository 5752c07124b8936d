// SPDX-License-Identifier: Apache-2.0
//
// What the `hash` action and OTTL's SHA256 put in the place of a text: its SHA-256 in lower-case
// hex, as the Collector has it.
//
// Threads: a pure function.
#pragma once

#include <string>

namespace sb::ingest {

std::string Sha256Hex(const std::string& text);

}  // namespace sb::ingest
