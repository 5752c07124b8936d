// SPDX-License-Identifier: Apache-2.0
//
// Functions that search: contains, regular expressions; default, fromJson and __line__.
#include <re2/re2.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/json_reader.h"
#include "query/logql/template_functions.h"
#include "query/logql/units.h"
#include "template/containers.h"

namespace sb::logql {
namespace {

using gotemplate::Call;
using gotemplate::Param;
using gotemplate::Value;
using ValueResult = base::Result<Value>;

constexpr size_t kJsonBytesMax = 1 << 20;

const std::string& Text(const Call& call, size_t i) {
  return call.args[i].AsString();
}

base::Result<std::unique_ptr<RE2>> Compile(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  auto regex = std::make_unique<RE2>(pattern, options);
  if (!regex->ok()) {
    return base::InvalidArgument("error parsing regexp: " + regex->error());
  }
  return regex;
}

// All matches that do not overlap, as Go finds them: an empty match right behind a match is none.
template <typename Visit>
void EachMatch(const RE2& regex, std::string_view text, std::vector<re2::StringPiece>* groups,
               const Visit& visit) {
  const re2::StringPiece piece(text.data(), text.size());
  size_t at = 0;
  size_t last_end = std::string_view::npos;
  while (at <= text.size()) {
    if (!regex.Match(piece, at, text.size(), RE2::UNANCHORED, groups->data(),
                     static_cast<int>(groups->size()))) {
      return;
    }
    const re2::StringPiece& all = (*groups)[0];
    const auto start = static_cast<size_t>(all.data() - text.data());
    const size_t end = start + all.size();
    if (!(all.empty() && start == last_end)) {
      visit(start, end);
    }
    last_end = end;
    at = end;
    if (all.empty()) {
      ++at;
      while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) {
        ++at;
      }
    }
  }
}

bool IsNameByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

void AppendGroup(const RE2& regex, std::string_view name,
                 const std::vector<re2::StringPiece>& groups, std::string* out) {
  size_t index = 0;
  bool is_number = !name.empty();
  for (const char c : name) {
    is_number = is_number && c >= '0' && c <= '9' && index < 1000;
    index = index * 10 + static_cast<size_t>(c - '0');
  }
  if (!is_number) {
    const auto& names = regex.NamedCapturingGroups();
    const auto found = names.find(std::string(name));
    if (found == names.end()) {
      return;
    }
    index = static_cast<size_t>(found->second);
  }
  if (index < groups.size() && groups[index].data() != nullptr) {
    out->append(groups[index].data(), groups[index].size());
  }
}

// "$1", "${name}", "$$" of Go's Regexp.Expand.
void Expand(const RE2& regex, std::string_view replacement,
            const std::vector<re2::StringPiece>& groups, std::string* out) {
  while (!replacement.empty()) {
    const size_t dollar = replacement.find('$');
    *out += replacement.substr(0, dollar);
    if (dollar == std::string_view::npos) {
      return;
    }
    replacement.remove_prefix(dollar + 1);
    if (replacement.starts_with('$')) {
      *out += '$';
      replacement.remove_prefix(1);
      continue;
    }
    const bool brace = replacement.starts_with('{');
    size_t end = brace ? 1 : 0;
    while (end < replacement.size() && IsNameByte(replacement[end])) {
      ++end;
    }
    const std::string_view name = replacement.substr(brace ? 1 : 0, end - (brace ? 1 : 0));
    if (name.empty() || (brace && (end >= replacement.size() || replacement[end] != '}'))) {
      *out += '$';
      continue;
    }
    AppendGroup(regex, name, groups, out);
    replacement.remove_prefix(brace ? end + 1 : end);
  }
}

ValueResult ReplaceAll(const Call& call, bool literal) {
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<RE2> regex, Compile(Text(call, 0)));
  const std::string& text = Text(call, 1);
  std::vector<re2::StringPiece> groups(
      static_cast<size_t>(regex->NumberOfCapturingGroups()) + 1);
  std::string out;
  size_t copied = 0;
  EachMatch(*regex, text, &groups, [&](size_t start, size_t end) {
    out.append(text, copied, start - copied);
    if (literal) {
      out += Text(call, 2);
    } else {
      Expand(*regex, Text(call, 2), groups, &out);
    }
    copied = end;
  });
  out.append(text, copied, std::string::npos);
  return Value(std::move(out));
}

ValueResult CountMatches(const Call& call) {
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<RE2> regex, Compile(Text(call, 0)));
  std::vector<re2::StringPiece> groups(1);
  int64_t count = 0;
  EachMatch(*regex, Text(call, 1), &groups, [&count](size_t, size_t) { ++count; });
  return Value(count);
}

Value FromNode(const config::Node& node) {
  switch (node.kind) {
    case config::Node::Kind::kNull:
      return {};
    case config::Node::Kind::kScalar:
      if (!node.plain) {
        return Value(node.text);
      }
      if (node.text == "true" || node.text == "false") {
        return Value(node.text == "true");
      }
      return Value(ParseGoFloat(node.text).value_or(0));
    case config::Node::Kind::kSequence: {
      std::vector<Value> items;
      for (const config::NodePtr& item : node.items) {
        items.push_back(FromNode(*item));
      }
      return gotemplate::ListObject::Any(std::move(items));
    }
    case config::Node::Kind::kMapping: {
      gotemplate::MapObject::Entries entries;
      for (const config::Node::Entry& entry : node.entries) {
        entries[entry.key->text] = FromNode(*entry.value);
      }
      return gotemplate::MapObject::Any(std::move(entries));
    }
  }
  return {};
}

ValueResult FromJson(const Call& call) {
  if (Text(call, 0).size() > kJsonBytesMax) {
    return base::InvalidArgument("fromJson: the text is too long");
  }
  const auto node = config::ParseJson(Text(call, 0), "fromJson");
  return node.ok() ? FromNode(**node) : Value();
}

template <typename Predicate>
void AddPredicate(gotemplate::FunctionTable* table, const char* name, Predicate predicate) {
  table->Add(name, {{Param::kString, Param::kString}, false}, [predicate](Call& c) -> ValueResult {
    return Value(predicate(std::string_view(Text(c, 1)), std::string_view(Text(c, 0))));
  });
}

}  // namespace

void AddSearchFunctions(gotemplate::FunctionTable* table) {
  AddPredicate(table, "contains", [](std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
  });
  AddPredicate(table, "hasPrefix",
               [](std::string_view text, std::string_view part) { return text.starts_with(part); });
  AddPredicate(table, "hasSuffix",
               [](std::string_view text, std::string_view part) { return text.ends_with(part); });
  const std::vector<Param> three(3, Param::kString);
  table->Add("regexReplaceAll", {three, false},
             [](Call& c) -> ValueResult { return ReplaceAll(c, false); });
  table->Add("regexReplaceAllLiteral", {three, false},
             [](Call& c) -> ValueResult { return ReplaceAll(c, true); });
  table->Add("count", {{Param::kString, Param::kString}, false},
             [](Call& c) -> ValueResult { return CountMatches(c); });
  table->Add("fromJson", {{Param::kString}, false},
             [](Call& c) -> ValueResult { return FromJson(c); });
  table->Add("default", {{Param::kAny, Param::kAny}, true}, [](Call& c) -> ValueResult {
    return c.args.size() > 1 && c.args[1].Truth() ? c.args[1] : c.args[0];
  });
  table->Add("__line__", {}, [](Call& c) -> ValueResult {
    return Value(static_cast<const TemplateRun*>(c.user)->line);
  });
}

}  // namespace sb::logql
