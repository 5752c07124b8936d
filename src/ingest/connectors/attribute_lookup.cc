// SPDX-License-Identifier: Apache-2.0
#include "ingest/connectors/attribute_lookup.h"

#include "model/utf8_repair.h"

namespace sb::ingest {

std::string_view AttributeText(const std::vector<wire::KeyValue>& attributes, std::string_view key,
                               std::string* scratch) {
  const wire::AnyValue* value = wire::FindAttribute(attributes, key);
  if (value == nullptr) {
    return {};
  }
  if (value->kind == wire::AnyValue::Kind::kString) {
    return model::ValidUtf8(value->bytes, scratch);
  }
  std::string text;
  if (!wire::AppendAnyValueText(*value, &text).ok()) {
    return {};
  }
  std::string repaired;
  *scratch = std::string(model::ValidUtf8(text, &repaired));
  return *scratch;
}

std::string_view FirstAttributeText(const std::vector<wire::KeyValue>& attributes,
                                    const std::vector<std::string>& keys, std::string* scratch) {
  for (const std::string& key : keys) {
    if (const std::string_view text = AttributeText(attributes, key, scratch); !text.empty()) {
      return text;
    }
  }
  return {};
}

std::string ConnectorLabelName(std::string_view attribute) {
  std::string name;
  if (!attribute.empty() && attribute[0] >= '0' && attribute[0] <= '9') {
    name = "key_";
  }
  for (const char c : attribute) {
    const bool keeps = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    name.push_back(keeps ? c : '_');
  }
  return name;
}

}  // namespace sb::ingest
