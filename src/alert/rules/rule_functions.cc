// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/rule_functions.h"

#include <re2/re2.h>

#include <cctype>

#include "alert/rules/query_link.h"
#include "net/url_params.h"

namespace sb::rules {
namespace {

using gotemplate::Call;
using gotemplate::FunctionTable;
using gotemplate::Param;
using gotemplate::Trust;
using gotemplate::Value;
using ValueResult = base::Result<Value>;

const std::string& Text(const Call& call, size_t i) {
  return call.args[i].AsString();
}

std::string MapCase(std::string text, int (*change)(int)) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x80) {
      c = static_cast<char>(change(static_cast<unsigned char>(c)));
    }
  }
  return text;
}

std::string Title(std::string text) {
  bool start = true;
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (start && byte < 0x80) {
      c = static_cast<char>(std::toupper(byte));
    }
    start = byte < 0x80 && std::isalnum(byte) == 0 && c != '_' && c != '\'';
  }
  return text;
}

// "$1" of Go's replacement texts as RE2 has it.
std::string Rewrite(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      out += "\\\\";
    } else if (text[i] == '$' && i + 1 < text.size()) {
      const bool braces = text[i + 1] == '{';
      const size_t digit = i + 1 + static_cast<size_t>(braces);
      if (text[i + 1] == '$') {
        out += '$';
        ++i;
      } else if (digit < text.size() && std::isdigit(static_cast<unsigned char>(text[digit]))) {
        out += '\\';
        out += text[digit];
        i = digit + static_cast<size_t>(braces);
      }
    } else {
      out += text[i];
    }
  }
  return out;
}

ValueResult ReplaceAll(Call& call) {
  const RE2 pattern(Text(call, 0), RE2::Quiet);
  if (!pattern.ok()) {
    return base::InvalidArgument("error parsing regexp: " + pattern.error());
  }
  std::string text = Text(call, 2);
  RE2::GlobalReplace(&text, pattern, Rewrite(Text(call, 1)));
  return Value(std::move(text));
}

ValueResult Match(Call& call) {
  const RE2 pattern(Text(call, 0), RE2::Quiet);
  if (!pattern.ok()) {
    return base::InvalidArgument("error parsing regexp: " + pattern.error());
  }
  return Value(RE2::PartialMatch(Text(call, 1), pattern));
}

struct HostPort {
  std::string host;
  std::string port;  // with its colon; empty: none
};

HostPort SplitPort(const std::string& address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string::npos || address.find(':') != colon) {
    // More than one colon is a port only behind brackets.
    if (colon != std::string::npos && colon > 0 && address[colon - 1] == ']' && address[0] == '[') {
      return {address.substr(1, colon - 2), address.substr(colon)};
    }
    return {address, ""};
  }
  return {address.substr(0, colon), address.substr(colon)};
}

bool IsAddress(const std::string& host) {
  return host.find_first_not_of("0123456789.") == std::string::npos ||
         host.find(':') != std::string::npos;
}

std::string StripDomain(const std::string& address) {
  const HostPort parts = SplitPort(address);
  if (IsAddress(parts.host)) {
    return address;
  }
  return parts.host.substr(0, parts.host.find('.')) + parts.port;
}

std::string PathOf(const std::string& url) {
  const size_t host = url.find("://");
  const size_t path = host == std::string::npos ? 0 : url.find('/', host + 3);
  return path == std::string::npos ? "" : url.substr(path);
}

const FunctionState& State(const Call& call) {
  return *static_cast<const FunctionState*>(call.user);
}

}  // namespace

void AddTextFunctions(FunctionTable* table) {
  const auto text = [table](const char* name, std::string (*change)(const std::string&)) {
    table->Add(name, {{Param::kString}, false},
               [change](Call& c) -> ValueResult { return Value(change(Text(c, 0))); });
  };
  text("toUpper", [](const std::string& s) { return MapCase(s, std::toupper); });
  text("toLower", [](const std::string& s) { return MapCase(s, std::tolower); });
  text("title", [](const std::string& s) { return Title(s); });
  text("stripPort", [](const std::string& s) { return SplitPort(s).host; });
  text("stripDomain", &StripDomain);
  text("graphLink", [](const std::string& s) { return GraphLink(s); });
  text("tableLink", [](const std::string& s) { return TableLink(s); });
  text("urlQueryEscape", [](const std::string& s) { return net::PercentEncodeQuery(s); });
  table->Add("reReplaceAll", {{Param::kString, Param::kString, Param::kString}, false},
             &ReplaceAll);
  table->Add("match", {{Param::kString, Param::kString}, false}, &Match);
  table->Add("safeHtml", {{Param::kString}, false},
             [](Call& c) -> ValueResult { return Value::Trusted(Text(c, 0), Trust::kHtml); });
  table->Add("externalURL", {},
             [](Call& c) -> ValueResult { return Value(State(c).environment.external_url); });
  table->Add("pathPrefix", {}, [](Call& c) -> ValueResult {
    return Value(PathOf(State(c).environment.external_url));
  });
}

const FunctionTable& RuleFunctions() {
  static const FunctionTable table = [] {
    FunctionTable all;
    AddTextFunctions(&all);
    AddQueryFunctions(&all);
    AddNumberFunctions(&all);
    return all;
  }();
  return table;
}

}  // namespace sb::rules
