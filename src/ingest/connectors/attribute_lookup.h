// SPDX-License-Identifier: Apache-2.0
//
// What connectors read of spans and make labels of.
//
//   std::string_view text = AttributeText(span.attributes, "http.method", &scratch);   // "" if
//   absent std::string label = ConnectorLabelName("http.method");                             //
//   http_method
//
// Threads: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/otlp/any_value.h"

namespace sb::ingest {

// Sorted by name; without __name__ and le.
using ConnectorLabels = std::vector<std::pair<std::string, std::string>>;

// Text as the Collector makes it of any value; valid UTF-8. The view lives as long as the attribute
// and `scratch`.
std::string_view AttributeText(const std::vector<wire::KeyValue>& attributes, std::string_view key,
                               std::string* scratch);
// The first of the keys that has text.
std::string_view FirstAttributeText(const std::vector<wire::KeyValue>& attributes,
                                    const std::vector<std::string>& keys, std::string* scratch);

// [a-zA-Z0-9_] stays, anything else becomes "_"; a leading digit gets "key_" before it.
std::string ConnectorLabelName(std::string_view attribute);

}  // namespace sb::ingest
