// SPDX-License-Identifier: Apache-2.0
#include "config/codec.h"

#include <charconv>
#include <cmath>
#include <set>

#include "config/duration.h"
#include "config/quote.h"
#include "config/scalar.h"

namespace sb::config {
namespace {

std::string FormatNumber(double value) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return std::string(buffer, end);
}

// False, with an error, when `value` lies outside of the option's bounds.
bool CheckBounds(const Node& node, const OptionInfo& info, double value, ErrorList& errors) {
  if (value >= info.min && value <= info.max) {
    return true;
  }
  std::string range;
  if (std::isinf(info.max)) {
    range = "at least " + FormatNumber(info.min);
  } else if (std::isinf(info.min)) {
    range = "at most " + FormatNumber(info.max);
  } else {
    range = "between " + FormatNumber(info.min) + " and " + FormatNumber(info.max);
  }
  errors.Add(node, "must be " + range + ", got " + node.text);
  return false;
}

std::optional<int64_t> WholeNumber(const Node& node) {
  if (!node.IsScalar() || !node.plain) {
    return std::nullopt;
  }
  if (auto integer = ParseYamlInt(node.text)) {
    return integer;
  }
  const auto number = ParseYamlFloat(node.text);
  if (number && std::abs(*number) < 0x1p63 && std::trunc(*number) == *number) {
    return static_cast<int64_t>(*number);
  }
  return std::nullopt;
}

}  // namespace

void AddTypeError(const Node& node, std::string_view type, ErrorList& errors) {
  std::string message = "unmarshal errors: cannot unmarshal ";
  message += TagOf(node);
  if (node.IsScalar()) {
    const bool cut = node.text.size() > 10;
    message += " `" + (cut ? node.text.substr(0, 7) + "..." : node.text) + "`";
  }
  message += " into ";
  message += type;
  errors.Add(node, std::move(message));
}

void Codec<bool>::Read(const Node& node, const OptionInfo&, bool* out, ErrorList& errors) {
  if (node.IsNull()) {
    *out = false;
    return;
  }
  const auto value = node.IsScalar() && node.plain ? ParseYamlBool(node.text) : std::nullopt;
  if (!value) {
    AddTypeError(node, TypeName(), errors);
    return;
  }
  *out = *value;
}

void Codec<int64_t>::Read(const Node& node, const OptionInfo& info, int64_t* out,
                          ErrorList& errors) {
  if (node.IsNull()) {
    *out = 0;
    return;
  }
  const auto value = WholeNumber(node);
  if (!value) {
    AddTypeError(node, TypeName(), errors);
  } else if (CheckBounds(node, info, static_cast<double>(*value), errors)) {
    *out = *value;
  }
}

void Codec<uint64_t>::Read(const Node& node, const OptionInfo& info, uint64_t* out,
                           ErrorList& errors) {
  if (node.IsNull()) {
    *out = 0;
    return;
  }
  const auto value = WholeNumber(node);
  if (!value || *value < 0) {
    AddTypeError(node, TypeName(), errors);
  } else if (CheckBounds(node, info, static_cast<double>(*value), errors)) {
    *out = static_cast<uint64_t>(*value);
  }
}

void Codec<double>::Read(const Node& node, const OptionInfo& info, double* out, ErrorList& errors) {
  if (node.IsNull()) {
    *out = 0;
    return;
  }
  const auto value = node.IsScalar() && node.plain ? ParseYamlFloat(node.text) : std::nullopt;
  if (!value) {
    AddTypeError(node, TypeName(), errors);
  } else if (CheckBounds(node, info, *value, errors)) {
    *out = *value;
  }
}

NodePtr Codec<double>::Write(double value) {
  if (std::isnan(value)) {
    return MakePlain(".nan");
  }
  if (std::isinf(value)) {
    return MakePlain(value > 0 ? ".inf" : "-.inf");
  }
  return MakePlain(FormatNumber(value));
}

void Codec<std::string>::Read(const Node& node, const OptionInfo&, std::string* out,
                              ErrorList& errors) {
  if (!node.IsScalar() && !node.IsNull()) {
    AddTypeError(node, TypeName(), errors);
    return;
  }
  *out = node.text;
}

void Codec<Secret>::Read(const Node& node, const OptionInfo&, Secret* out, ErrorList& errors) {
  if (!node.IsScalar() && !node.IsNull()) {
    AddTypeError(node, "config.plain", errors);
    return;
  }
  *out = Secret(node.text);
}

void Codec<base::DurationMs>::Read(const Node& node, const OptionInfo&, base::DurationMs* out,
                                   ErrorList& errors) {
  if (node.IsNull()) {
    *out = base::DurationMs(0);
    return;
  }
  if (!node.IsScalar()) {
    AddTypeError(node, "string", errors);
    return;
  }
  auto duration = ParseDuration(node.text);
  if (!duration.ok()) {
    errors.Add(node, std::string(duration.status().message()));
    return;
  }
  *out = *duration;
}

NodePtr Codec<base::DurationMs>::Write(base::DurationMs value) {
  return MakePlain(FormatDuration(value));
}

void Codec<ByteSize>::Read(const Node& node, const OptionInfo&, ByteSize* out, ErrorList& errors) {
  if (node.IsNull()) {
    *out = ByteSize{};
    return;
  }
  if (!node.IsScalar()) {
    AddTypeError(node, "units.Base2Bytes", errors);
    return;
  }
  auto size = ParseByteSize(node.text);
  if (!size.ok()) {
    errors.Add(node, std::string(size.status().message()));
    return;
  }
  *out = *size;
}

bool CheckSequence(const Node& node, const std::string& type, ErrorList& errors) {
  if (node.IsSequence() || node.IsNull()) {
    return true;
  }
  AddTypeError(node, type, errors);
  return false;
}

bool CheckMapping(const Node& node, const std::string& type, ErrorList& errors) {
  if (node.IsNull()) {
    return true;
  }
  if (!node.IsMapping()) {
    AddTypeError(node, type, errors);
    return false;
  }
  bool unique = true;
  std::set<std::string_view> seen;
  for (const Node::Entry& entry : node.entries) {
    if (!seen.insert(entry.key->text).second) {
      errors.Add(*entry.key, "key " + GoQuote(entry.key->text) + " already set in map");
      unique = false;
    }
  }
  return unique;
}

}  // namespace sb::config
