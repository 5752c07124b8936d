// SPDX-License-Identifier: Apache-2.0
#include "api/http/testing/json_conversation.h"

#include <algorithm>
#include <map>

#include "api/http/testing/recording_writer.h"
#include "config/json_reader.h"
#include "config/json_writer.h"

namespace sb::api {
namespace {

using config::Node;
using config::NodePtr;
using Variables = std::map<std::string, std::string>;

// The durations "5m", "5m0s" and "300s" are one.
std::string WithoutZeroUnits(std::string text) {
  for (const char* zero : {"0s", "0m"}) {
    const std::string unit = std::string(zero == std::string("0s") ? "m" : "h") + zero;
    if (text.size() > unit.size() && text.ends_with(unit)) {
      text.resize(text.size() - 2);
    }
  }
  return text;
}

std::string Replace(std::string text, const Variables& variables) {
  for (const auto& [name, value] : variables) {
    const std::string mark = "@" + name + "@";
    for (size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += value.size()) {
      text.replace(at, mark.size(), value);
    }
  }
  return text;
}

// "" when `got` holds all of `want`. A variable that is not known yet matches anything.
std::string Compare(const Node& want, const Node* got, const std::string& path) {
  if (want.IsScalar() &&
      (want.text == "*" || (want.text.starts_with("@") && want.text.ends_with("@")))) {
    return got != nullptr ? "" : path + " is missing";
  }
  if (got == nullptr) {
    const bool empty = want.IsNull() || (want.IsSequence() && want.items.empty());
    return empty ? "" : path + " is missing";
  }
  if (want.IsMapping()) {
    for (const Node::Entry& entry : want.entries) {
      std::string error =
          Compare(*entry.value, got->Find(entry.key->text), path + "." + entry.key->text);
      if (!error.empty()) {
        return error;
      }
    }
    return got->IsMapping() ? "" : path + " is no object";
  }
  if (want.IsSequence()) {
    if (want.items.size() == 1 && want.items[0]->text.starts_with("* contains ")) {
      return config::WriteJson(*got).find(want.items[0]->text.substr(11)) != std::string::npos
                 ? ""
                 : path + " does not contain " + want.items[0]->text.substr(11);
    }
    if (got->items.size() != want.items.size()) {
      return path + " has another length: " + config::WriteJson(*got);
    }
    for (size_t i = 0; i < want.items.size(); ++i) {
      std::string error =
          Compare(*want.items[i], got->items[i].get(), path + "[" + std::to_string(i) + "]");
      if (!error.empty()) {
        return error;
      }
    }
    return "";
  }
  return WithoutZeroUnits(want.text) == WithoutZeroUnits(got->text)
             ? ""
             : path + " is " + got->text + ", not " + want.text;
}

// "rules.0.uid"
const Node* Walk(const Node* node, const std::string& path) {
  for (size_t at = 0; node != nullptr && at <= path.size();) {
    const size_t end = std::min(path.find('.', at), path.size());
    const std::string key = path.substr(at, end - at);
    at = end + 1;
    if (node->IsSequence()) {
      const size_t index = static_cast<size_t>(key[0] - '0');
      node = index < node->items.size() ? node->items[index].get() : nullptr;
    } else {
      node = node->Find(key);
    }
  }
  return node;
}

std::string TextOf(const Node& step, std::string_view key) {
  const Node* node = step.Find(key);
  return node != nullptr ? node->text : "";
}

std::string PlayStep(const net::Router& router, const Node& step, Variables* variables) {
  const std::string path = Replace(TextOf(step, "path"), *variables);
  const Node* body = step.Find("body");
  net::HttpRequest request =
      MakeRequest(TextOf(step, "method"), path,
                  body != nullptr ? Replace(config::WriteJson(*body), *variables) : "",
                  body != nullptr ? "application/json" : "");
  const net::HttpResponse reply = Serve(router, std::move(request));
  const std::string name =
      "step " + TextOf(step, "step") + " " + TextOf(step, "method") + " " + path + ": ";
  if (std::to_string(reply.status) != TextOf(step, "status")) {
    return name + "status " + std::to_string(reply.status) + " " + reply.body;
  }
  const Node* want = step.Find("response");
  if (want == nullptr || want->IsNull()) {
    return "";
  }
  const auto got = config::ParseJson(reply.body, "reply");
  if (!got.ok()) {
    return name + "no JSON: " + reply.body;
  }
  if (const Node* capture = step.Find("capture")) {
    for (const Node::Entry& entry : capture->entries) {
      if (const Node* value = Walk(got->get(), entry.value->text)) {
        (*variables)[entry.key->text] = value->text;
      }
    }
  }
  const auto expected = config::ParseJson(Replace(config::WriteJson(*want), *variables), "want");
  const std::string error = Compare(**expected, got->get(), "$");
  return error.empty() ? "" : name + error;
}

}  // namespace

ConversationResult PlayConversation(const net::Router& router, std::string_view lines,
                                    const std::vector<std::string>& path_prefixes) {
  ConversationResult result;
  Variables variables;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string line(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty()) {
      continue;
    }
    const auto step = config::ParseJson(line, "conversation");
    if (!step.ok()) {
      result.errors.emplace_back(step.status().message());
      continue;
    }
    const std::string path = TextOf(**step, "path");
    if (!path_prefixes.empty() &&
        std::none_of(path_prefixes.begin(), path_prefixes.end(),
                     [&path](const std::string& prefix) { return path.starts_with(prefix); })) {
      continue;
    }
    ++result.steps;
    std::string error = PlayStep(router, **step, &variables);
    result.good += error.empty();
    if (!error.empty()) {
      result.errors.push_back(std::move(error));
    }
  }
  return result;
}

}  // namespace sb::api
