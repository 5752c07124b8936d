// SPDX-License-Identifier: Apache-2.0
#include "query/logql/testing/conformance_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <charconv>
#include <cstdlib>
#include <map>

#include "base/env.h"
#include "config/json_reader.h"
#include "config/yaml_reader.h"

namespace sb::logql {

std::optional<std::string> ConformanceFolder(std::string_view name) {
  const char* folder = std::getenv("SIGNALBOX_CONFORMANCE_DIR");
  if (folder == nullptr) {
    return std::nullopt;
  }
  return base::JoinPath(folder, std::string(name));
}

std::vector<config::NodePtr> ReadItems(const std::string& path) {
  std::vector<config::NodePtr> items;
  const auto text = base::Env::Real().files().ReadFile(path);
  if (!text.ok()) {
    ADD_FAILURE() << text.status().ToString();
    return items;
  }
  std::string_view rest = *text;
  while (!rest.empty()) {
    const size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (line.starts_with(' ')) {
      line.remove_prefix(1);
    }
    if (!line.starts_with("- {")) {
      continue;
    }
    auto item = config::ParseJson(line.substr(2), path);
    if (!item.ok()) {
      ADD_FAILURE() << item.status().ToString() << ": " << line.substr(0, 100);
      continue;
    }
    items.push_back(*std::move(item));
  }
  return items;
}

std::vector<config::NodePtr> ReadYamlItems(const std::string& path) {
  const auto text = base::Env::Real().files().ReadFile(path);
  if (!text.ok()) {
    ADD_FAILURE() << text.status().ToString();
    return {};
  }
  const auto root = config::ParseYaml(*text, path);
  if (!root.ok()) {
    ADD_FAILURE() << root.status().ToString();
    return {};
  }
  return (*root)->items;
}

config::NodePtr ReadJsonItem(std::string_view text) {
  auto item = config::ParseJson(text, "item");
  return item.ok() ? *std::move(item) : nullptr;
}

std::string TextOf(const config::Node& item, std::string_view key) {
  const config::Node* node = item.Find(key);
  return node == nullptr ? "" : node->text;
}

bool IsTrue(const config::Node& item, std::string_view key) {
  return TextOf(item, key) == "true";
}

std::string DecodeBase64(std::string_view text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) {
      break;
    }
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xFF);
    }
  }
  return out;
}

std::string Canonical(const config::Node& node) {
  std::string out;
  switch (node.kind) {
    case config::Node::Kind::kNull:
      return "null";
    case config::Node::Kind::kScalar: {
      double number = 0;
      const char* end = node.text.data() + node.text.size();
      const auto parsed = std::from_chars(node.text.data(), end, number);
      if (node.plain && parsed.ec == std::errc() && parsed.ptr == end) {
        return fmt::format("{}", number);
      }
      return node.plain ? node.text : "\"" + node.text + "\"";
    }
    case config::Node::Kind::kSequence:
      for (const config::NodePtr& item : node.items) {
        out += (out.empty() ? "" : ",") + Canonical(*item);
      }
      return "[" + out + "]";
    case config::Node::Kind::kMapping: {
      std::map<std::string, std::string> entries;
      for (const config::Node::Entry& entry : node.entries) {
        entries[entry.key->text] = Canonical(*entry.value);
      }
      for (const auto& [key, value] : entries) {
        out += (out.empty() ? "" : ",") + ("\"" + key + "\":" + value);
      }
      return "{" + out + "}";
    }
  }
  return out;
}

}  // namespace sb::logql
