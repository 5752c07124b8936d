// SPDX-License-Identifier: Apache-2.0
#include "ingest/processors/attribute_actions.h"

#include <re2/re2.h>

#include <algorithm>
#include <charconv>

#include "ingest/processors/sha256_hex.h"

namespace sb::ingest {

using config::ErrorList;
using config::Node;
using config::OptionTable;

namespace {

using Kind = OttlValue::Kind;

const Node& PlaceOf(const Node& node, std::string_view key) {
  const Node* found = node.Find(key);
  return found == nullptr ? node : *found;
}

void CheckPattern(const Node& at, const std::string& pattern, ErrorList& errors) {
  const re2::RE2 compiled(pattern, re2::RE2::Quiet);
  if (!compiled.ok()) {
    errors.Add(at, "bad pattern: " + compiled.error());
  }
}

void CheckAction(const Node& node, AttributeActionConfig* action, ErrorList& errors) {
  static constexpr std::string_view kActions[] = {"insert", "update",  "upsert", "delete",
                                                  "hash",   "extract", "convert"};
  const bool sets =
      action->action == "insert" || action->action == "update" || action->action == "upsert";
  if (std::find(std::begin(kActions), std::end(kActions), action->action) == std::end(kActions)) {
    errors.Add(PlaceOf(node, "action"),
               "unknown action (insert, update, upsert, delete, hash, extract, convert): " +
                   action->action);
  } else if (action->key.empty() && action->pattern.empty()) {
    errors.Add(node, "an action needs a key");
  } else if (sets && action->value.kind == Kind::kNil && action->from_attribute.empty()) {
    errors.Add(node, action->action + " needs a value or from_attribute");
  } else if (action->action == "extract" && action->pattern.empty()) {
    errors.Add(node, "extract needs a pattern");
  }
  CheckPattern(PlaceOf(node, "pattern"), action->pattern, errors);
}

void CheckMatch(const Node& node, MatchConfig* match, ErrorList& errors) {
  if (match->match_type != "strict" && match->match_type != "regexp") {
    errors.Add(PlaceOf(node, "match_type"),
               "unknown match_type (strict, regexp): " + match->match_type);
  }
  if (match->match_type == "regexp") {
    for (const auto* list : {&match->services, &match->span_names}) {
      for (const std::string& pattern : *list) {
        CheckPattern(node, pattern, errors);
      }
    }
  }
}

OttlValue Converted(const OttlValue& value, const std::string& type) {
  const std::string text = value.Text();
  const char* const end = text.data() + text.size();
  if (type == "int") {
    int64_t integer = 0;
    const auto parsed = std::from_chars(text.data(), end, integer);
    if (value.kind == Kind::kDouble && value.number > -9e18 && value.number < 9e18) {
      return OttlValue::Int(static_cast<int64_t>(value.number));
    }
    return parsed.ec == std::errc() && parsed.ptr == end ? OttlValue::Int(integer) : value;
  }
  if (type == "double") {
    double number = 0;
    const auto parsed = std::from_chars(text.data(), end, number);
    return parsed.ec == std::errc() && parsed.ptr == end ? OttlValue::Double(number) : value;
  }
  return OttlValue::String(text);
}

class Action {
 public:
  explicit Action(AttributeActionConfig config) : config_(std::move(config)) {
    if (!config_.pattern.empty()) {
      pattern_ = std::make_shared<const re2::RE2>(config_.pattern, re2::RE2::Quiet);
    }
  }

  void Apply(RecordAttributes* attributes) const {
    const std::string& action = config_.action;
    if (action == "delete") {
      std::erase_if(*attributes, [this](const RecordAttribute& a) { return Names(a.key); });
    } else if (action == "hash") {
      for (RecordAttribute& attribute : *attributes) {
        if (Names(attribute.key)) {
          attribute.value = OttlValue::String(Sha256Hex(attribute.value.Text()));
        }
      }
    } else if (action == "extract") {
      Extract(attributes);
    } else if (OttlValue* found = FindIn(attributes, config_.key); action == "convert") {
      if (found != nullptr) {
        *found = Converted(*found, config_.converted_type);
      }
    } else if (found == nullptr ? action != "update" : action != "insert") {
      Set(attributes);
    }
  }

 private:
  bool Names(const std::string& key) const {
    return key == config_.key || (pattern_ != nullptr && re2::RE2::FullMatch(key, *pattern_));
  }
  void Set(RecordAttributes* attributes) const {
    if (config_.from_attribute.empty()) {
      SetIn(attributes, config_.key, config_.value);
    } else if (const OttlValue* from = FindIn(*attributes, config_.from_attribute)) {
      SetIn(attributes, config_.key, OttlValue(*from));
    }
  }
  void Extract(RecordAttributes* attributes) const {
    const OttlValue* found = FindIn(*attributes, config_.key);
    if (found == nullptr || found->kind != Kind::kString) {
      return;
    }
    const std::string text = found->text;
    const auto groups = static_cast<size_t>(pattern_->NumberOfCapturingGroups()) + 1;
    std::vector<re2::StringPiece> parts(groups);
    if (!pattern_->Match(text, 0, text.size(), re2::RE2::UNANCHORED, parts.data(),
                         static_cast<int>(groups))) {
      return;
    }
    for (const auto& [index, name] : pattern_->CapturingGroupNames()) {
      const re2::StringPiece& part = parts[static_cast<size_t>(index)];
      SetIn(attributes, name, OttlValue::String(std::string(part.data(), part.size())));
    }
  }

  const AttributeActionConfig config_;
  std::shared_ptr<const re2::RE2> pattern_;
};

class AttributesProcessor final : public SpanProcessor {
 public:
  AttributesProcessor(const AttributesConfig& config, AttributePlace place) : place_(place) {
    for (const auto* list : {&config.actions, &config.attributes}) {
      for (const AttributeActionConfig& action : *list) {
        actions_.emplace_back(action);
      }
    }
    if (config.include.has_value()) {
      include_.emplace(*config.include);
    }
    if (config.exclude.has_value()) {
      exclude_.emplace(*config.exclude);
    }
  }

  base::Status Process(TraceRecord* record) override {
    for (ResourceRecord& resource : record->resources) {
      if (place_ == AttributePlace::kResource) {
        Apply(&resource.attributes);
        continue;
      }
      for (ScopeRecord& scope : resource.scopes) {
        for (SpanRecord& span : scope.spans) {
          if ((!include_.has_value() || include_->Matches(resource, span)) &&
              (!exclude_.has_value() || !exclude_->Matches(resource, span))) {
            Apply(&span.attributes);
          }
        }
      }
    }
    return base::OkStatus();
  }

 private:
  void Apply(RecordAttributes* attributes) const {
    for (const Action& action : actions_) {
      action.Apply(attributes);
    }
  }
  const AttributePlace place_;
  std::vector<Action> actions_;
  std::optional<SpanMatcher> include_;
  std::optional<SpanMatcher> exclude_;
};

}  // namespace

SpanMatcher::SpanMatcher(const MatchConfig& config)
    : config_(config), is_regexp_(config.match_type == "regexp") {
  if (!is_regexp_) {
    return;
  }
  for (const std::string& pattern : config.services) {
    services_.push_back(std::make_shared<const re2::RE2>(pattern, re2::RE2::Quiet));
  }
  for (const std::string& pattern : config.span_names) {
    span_names_.push_back(std::make_shared<const re2::RE2>(pattern, re2::RE2::Quiet));
  }
}

bool SpanMatcher::MatchesText(const std::vector<std::string>& texts, const Patterns& patterns,
                              const std::string& value) const {
  if (texts.empty()) {
    return true;
  }
  if (!is_regexp_) {
    return std::find(texts.begin(), texts.end(), value) != texts.end();
  }
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const auto& pattern) { return re2::RE2::PartialMatch(value, *pattern); });
}

bool SpanMatcher::Matches(const ResourceRecord& resource, const SpanRecord& span) const {
  const OttlValue* service = FindIn(resource.attributes, "service.name");
  if (!MatchesText(config_.services, services_, service == nullptr ? "" : service->Text()) ||
      !MatchesText(config_.span_names, span_names_, span.name)) {
    return false;
  }
  if (!config_.span_kinds.empty() &&
      std::find(config_.span_kinds.begin(), config_.span_kinds.end(),
                wire::OtlpSpanKindName(span.kind)) == config_.span_kinds.end()) {
    return false;
  }
  return std::all_of(config_.attributes.begin(), config_.attributes.end(),
                     [&](const MatchAttributeConfig& wanted) {
                       const OttlValue* found = FindIn(span.attributes, wanted.key);
                       return found != nullptr && (wanted.value.kind == Kind::kNil ||
                                                   wanted.value.Text() == found->Text());
                     });
}

const OptionTable<AttributeActionConfig>& OptionsOf(const AttributeActionConfig*) {
  using C = AttributeActionConfig;
  static const auto table = OptionTable<C>("attributes.action")
                                .Add("key", &C::key)
                                .Add("action", &C::action)
                                .Add("value", &C::value)
                                .Add("from_attribute", &C::from_attribute)
                                .Add("pattern", &C::pattern)
                                .Add("converted_type", &C::converted_type)
                                .Check(&CheckAction);
  return table;
}

const OptionTable<MatchAttributeConfig>& OptionsOf(const MatchAttributeConfig*) {
  static const auto table = OptionTable<MatchAttributeConfig>("match.attribute")
                                .Add("key", &MatchAttributeConfig::key)
                                .Add("value", &MatchAttributeConfig::value);
  return table;
}

const OptionTable<MatchConfig>& OptionsOf(const MatchConfig*) {
  using C = MatchConfig;
  static const auto table = OptionTable<C>("match")
                                .Add("match_type", &C::match_type)
                                .Add("services", &C::services)
                                .Add("span_names", &C::span_names)
                                .Add("span_kinds", &C::span_kinds)
                                .Add("attributes", &C::attributes)
                                .Check(&CheckMatch);
  return table;
}

const OptionTable<AttributesConfig>& OptionsOf(const AttributesConfig*) {
  using C = AttributesConfig;
  static const auto table = OptionTable<C>("attributes")
                                .Add("actions", &C::actions)
                                .Add("attributes", &C::attributes)
                                .Add("include", &C::include)
                                .Add("exclude", &C::exclude);
  return table;
}

std::unique_ptr<SpanProcessor> MakeAttributesProcessor(const AttributesConfig& config,
                                                       AttributePlace place) {
  return std::make_unique<AttributesProcessor>(config, place);
}

}  // namespace sb::ingest
