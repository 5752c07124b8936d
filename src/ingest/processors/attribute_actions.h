// SPDX-License-Identifier: Apache-2.0
//
// The processors `attributes` (of spans) and `resource` of the Collector: a list of actions,
// insert, update, upsert, delete, hash, extract, convert, on the attributes of what `include`
// chooses and `exclude` does not.
//
//   AttributesConfig config;
//   OptionsOf(&config).Read(node, &config, errors);
//   auto processor = MakeAttributesProcessor(config, AttributePlace::kSpan);
//
// Source: Collector contrib, processor/attributesprocessor and resourceprocessor. Threads:
// processors are safe for concurrent use.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/option_table.h"
#include "ingest/processors/processor_chain.h"

namespace re2 {
class RE2;
}

namespace sb::ingest {

struct AttributeActionConfig {
  std::string key;
  std::string action;
  OttlValue value;
  std::string from_attribute;
  std::string pattern;
  std::string converted_type;
};
struct MatchAttributeConfig {
  std::string key;
  OttlValue value;
};
struct MatchConfig {
  std::string match_type = "strict";
  std::vector<std::string> services;
  std::vector<std::string> span_names;
  std::vector<std::string> span_kinds;
  std::vector<MatchAttributeConfig> attributes;
};
struct AttributesConfig {
  std::vector<AttributeActionConfig> actions;     // of `attributes`
  std::vector<AttributeActionConfig> attributes;  // of `resource`
  std::optional<MatchConfig> include;
  std::optional<MatchConfig> exclude;
};

const config::OptionTable<AttributesConfig>& OptionsOf(const AttributesConfig*);
const config::OptionTable<AttributeActionConfig>& OptionsOf(const AttributeActionConfig*);
const config::OptionTable<MatchConfig>& OptionsOf(const MatchConfig*);
const config::OptionTable<MatchAttributeConfig>& OptionsOf(const MatchAttributeConfig*);

// Whether a span is what `include` or `exclude` describe.
class SpanMatcher {
 public:
  explicit SpanMatcher(const MatchConfig& config);
  bool Matches(const ResourceRecord& resource, const SpanRecord& span) const;

 private:
  using Patterns = std::vector<std::shared_ptr<const re2::RE2>>;
  bool MatchesText(const std::vector<std::string>& texts, const Patterns& patterns,
                   const std::string& value) const;
  MatchConfig config_;
  bool is_regexp_;
  Patterns services_;
  Patterns span_names_;
};

enum class AttributePlace : uint8_t { kSpan, kResource };
std::unique_ptr<SpanProcessor> MakeAttributesProcessor(const AttributesConfig& config,
                                                       AttributePlace place);

}  // namespace sb::ingest
