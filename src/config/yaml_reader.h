// SPDX-License-Identifier: Apache-2.0
//
// ParseYaml reads the first YAML document of `text` into a Node tree. Anchors, aliases, merge keys
// (`<<`) and !!binary are understood; duplicate keys are kept for the binder to complain about.
//
// kInvalidArgument "file:line:column: yaml: …" for text that is no YAML, is not UTF-8, or exceeds a
// limit; an alias that contains itself, or aliases that multiply beyond kExpandedNodesMax, are
// errors. An empty document is a null node.
//
// Threads: a pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/status.h"
#include "config/node.h"

namespace sb::config {

inline constexpr size_t kDocumentBytesMax = 64 << 20;
inline constexpr size_t kDocumentDepthMax = 100;
inline constexpr uint64_t kExpandedNodesMax = 4'000'000;

base::Result<NodePtr> ParseYaml(std::string_view text, const std::string& file);

}  // namespace sb::config
