// SPDX-License-Identifier: Apache-2.0
#include "ingest/otlp/otlp_translation.h"

#include <algorithm>

#include "ingest/scrape/storage_config.h"

namespace sb::ingest {
namespace {

constexpr std::string_view kServiceName = "service.name";
constexpr std::string_view kServiceNamespace = "service.namespace";
constexpr std::string_view kInstanceId = "service.instance.id";

bool IsIdentifying(std::string_view key) {
  return key == kServiceName || key == kServiceNamespace || key == kInstanceId;
}

// Attributes by key: names that become equal are joined in this order.
std::vector<const wire::KeyValue*> SortedByKey(const std::vector<wire::KeyValue>& attributes) {
  std::vector<const wire::KeyValue*> sorted;
  sorted.reserve(attributes.size());
  for (const wire::KeyValue& attribute : attributes) {
    sorted.push_back(&attribute);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto* a, const auto* b) { return a->key < b->key; });
  return sorted;
}

NamedValue* Find(std::vector<NamedValue>* labels, std::string_view name) {
  for (NamedValue& label : *labels) {
    if (label.first == name) {
      return &label;
    }
  }
  return nullptr;
}

void Set(std::string name, std::string value, std::vector<NamedValue>* labels) {
  if (NamedValue* label = Find(labels, name)) {
    label->second = std::move(value);
  } else {
    labels->emplace_back(std::move(name), std::move(value));
  }
}

base::Status AddIdentity(const wire::OtlpResource& resource, std::vector<NamedValue>* labels) {
  if (const wire::AnyValue* name = wire::FindAttribute(resource.attributes, kServiceName)) {
    std::string job;
    if (const auto* space = wire::FindAttribute(resource.attributes, kServiceNamespace)) {
      SB_RETURN_IF_ERROR(wire::AppendAnyValueText(*space, &job));
      job.push_back('/');
    }
    SB_RETURN_IF_ERROR(wire::AppendAnyValueText(*name, &job));
    Set("job", std::move(job), labels);
  }
  if (const wire::AnyValue* id = wire::FindAttribute(resource.attributes, kInstanceId)) {
    std::string instance;
    SB_RETURN_IF_ERROR(wire::AppendAnyValueText(*id, &instance));
    Set("instance", std::move(instance), labels);
  }
  return base::OkStatus();
}

base::Status AddScope(const OtlpTranslation& rules, const wire::OtlpScope& scope,
                      std::vector<NamedValue>* labels) {
  Set("otel_scope_name", std::string(scope.name), labels);
  Set("otel_scope_version", std::string(scope.version), labels);
  Set("otel_scope_schema_url", std::string(scope.schema_url), labels);
  for (const wire::KeyValue& attribute : scope.attributes) {
    std::string value;
    SB_RETURN_IF_ERROR(wire::AppendAnyValueText(attribute.value, &value));
    Set(BuildLabelName("otel_scope_" + std::string(attribute.key), rules.naming), std::move(value),
        labels);
  }
  return base::OkStatus();
}

void Finish(std::vector<NamedValue>* labels) {
  std::erase_if(
      *labels, [](const NamedValue& label) { return label.first.empty() || label.second.empty(); });
  std::sort(labels->begin(), labels->end());
}

}  // namespace

OtlpTranslation TranslationOf(const scrape::OtlpConfig& config) {
  OtlpTranslation rules;
  const std::string& strategy = config.translation_strategy;
  rules.naming.escapes = strategy != "NoUTF8EscapingWithSuffixes" && strategy != "NoTranslation";
  rules.naming.adds_suffixes =
      strategy != "UnderscoreEscapingWithoutSuffixes" && strategy != "NoTranslation";
  rules.naming.prefixes_underscore = config.label_name_underscore_sanitization;
  rules.naming.keeps_underscore_runs = config.label_name_preserve_multiple_underscores;
  rules.promotes_all = config.promote_all_resource_attributes;
  const auto& attributes =
      rules.promotes_all ? config.ignore_resource_attributes : config.promote_resource_attributes;
  rules.attributes.insert(attributes.begin(), attributes.end());
  rules.keeps_identifying = config.keep_identifying_resource_attributes;
  rules.histograms_to_custom_buckets = config.convert_histograms_to_nhcb;
  rules.promotes_scope = config.promote_scope_metadata;
  return rules;
}

base::Result<OtlpLabels> ScopeLabels(const OtlpTranslation& rules,
                                     const wire::OtlpResource& resource,
                                     const wire::OtlpScope& scope) {
  OtlpLabels out;
  for (const wire::KeyValue* attribute : SortedByKey(resource.attributes)) {
    if (rules.attributes.contains(attribute->key) == rules.promotes_all) {
      continue;
    }
    std::string name = BuildLabelName(attribute->key, rules.naming);
    if (Find(&out.if_absent, name) == nullptr) {
      out.if_absent.emplace_back(std::move(name), std::string());
      SB_RETURN_IF_ERROR(wire::AppendAnyValueText(attribute->value, &out.if_absent.back().second));
    }
  }
  if (rules.promotes_scope && !scope.name.empty()) {
    SB_RETURN_IF_ERROR(AddScope(rules, scope, &out.over));
  }
  SB_RETURN_IF_ERROR(AddIdentity(resource, &out.over));
  return out;
}

base::Status BuildSeriesLabels(const OtlpTranslation& rules, const OtlpLabels& shared,
                               const std::vector<wire::KeyValue>& attributes,
                               const std::vector<NamedValue>& extras,
                               std::vector<NamedValue>* labels) {
  labels->clear();
  for (const wire::KeyValue* attribute : SortedByKey(attributes)) {
    std::string name = BuildLabelName(attribute->key, rules.naming);
    if (NamedValue* label = Find(labels, name)) {
      label->second.push_back(';');
      SB_RETURN_IF_ERROR(wire::AppendAnyValueText(attribute->value, &label->second));
    } else {
      labels->emplace_back(std::move(name), std::string());
      SB_RETURN_IF_ERROR(wire::AppendAnyValueText(attribute->value, &labels->back().second));
    }
  }
  for (const NamedValue& label : shared.if_absent) {
    if (Find(labels, label.first) == nullptr) {
      labels->push_back(label);
    }
  }
  for (const auto* list : {&shared.over, &extras}) {
    for (const NamedValue& label : *list) {
      Set(label.first, label.second, labels);
    }
  }
  Finish(labels);
  return base::OkStatus();
}

base::Result<std::vector<NamedValue>> TargetInfoLabels(const OtlpTranslation& rules,
                                                       const wire::OtlpResource& resource) {
  std::vector<wire::KeyValue> attributes;
  bool tells_more = false;
  for (const wire::KeyValue& attribute : resource.attributes) {
    tells_more = tells_more || !IsIdentifying(attribute.key);
    if (rules.keeps_identifying || !IsIdentifying(attribute.key)) {
      attributes.push_back(attribute);
    }
  }
  OtlpLabels shared;
  SB_RETURN_IF_ERROR(AddIdentity(resource, &shared.over));
  std::vector<NamedValue> labels;
  if (tells_more && !shared.over.empty()) {
    SB_RETURN_IF_ERROR(
        BuildSeriesLabels(rules, shared, attributes, {{"__name__", "target_info"}}, &labels));
  }
  return labels;
}

}  // namespace sb::ingest
