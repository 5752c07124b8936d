// SPDX-License-Identifier: Apache-2.0
//
// What becomes of a component of a Collector file in Signalbox: executed as it is written, mapped
// to something that Signalbox does anyway, or refused, because it cannot be done. Nothing is
// ignored in silence.
//
//   ComponentVerdict verdict = VerdictOf(component, signals);
//
// Threads: a pure function.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/collector/collector_file.h"

namespace sb::ingest {

enum class Verdict : uint8_t { kExecuted, kMapped, kRefused, kUnused };
std::string_view VerdictName(Verdict verdict);

struct ComponentVerdict {
  std::string component;  // "receiver otlp"
  std::string place;      // file:line:column
  Verdict verdict = Verdict::kRefused;
  std::string text;  // what is done, or what to do instead
};

// `signals` are those of the pipelines that use the component; none: it is unused.
ComponentVerdict VerdictOf(const CollectorFile& file, const CollectorComponent& component,
                           const std::vector<std::string>& signals);

}  // namespace sb::ingest
