// SPDX-License-Identifier: Apache-2.0
//
// The reference of prometheus.yml as Markdown, made from the option tables: docs/configuration.md
// holds it, and a test keeps the two the same. Threads: a pure function.
#pragma once

#include <string>

namespace sb::scrape {

std::string PrometheusReferenceMarkdown();

}  // namespace sb::scrape
