// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/template_functions.h"

#include <re2/re2.h>

#include <charconv>
#include <cmath>

#include "model/letter_case.h"
#include "template/containers.h"
#include "template/go_json.h"
#include "template/print.h"

namespace sb::notify {
namespace {

using base::Result;
using gotemplate::Call;
using gotemplate::FunctionTable;
using gotemplate::ListObject;
using gotemplate::MapObject;
using gotemplate::Param;
using gotemplate::Trust;
using gotemplate::Value;

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

const std::string& Text(const Call& call, size_t index) {
  return call.args[index].AsString();
}

base::Env& EnvOf(const Call& call) {
  const auto* state = static_cast<const TemplateState*>(call.user);
  return state != nullptr && state->env != nullptr ? *state->env : base::Env::Real();
}

std::string Title(std::string_view text) {
  std::string out;
  bool start = true;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool in_word =
        letter || (c >= '0' && c <= '9') || c == '\'' || static_cast<unsigned char>(c) >= 0x80;
    out += start && c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c;
    start = !in_word;
  }
  return out;
}

Result<std::unique_ptr<RE2>> Compile(const std::string& pattern) {
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  auto re = std::make_unique<RE2>(pattern, options);
  if (!re->ok()) {
    return base::InvalidArgument("error parsing regexp: " + re->error());
  }
  return re;
}

// Appends Go's `$1`, `${name}` template for one match.
void ExpandMatch(std::string_view replacement, const RE2& re,
                 const std::vector<re2::StringPiece>& groups, std::string* out) {
  for (size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '$' || i + 1 >= replacement.size()) {
      *out += replacement[i];
      continue;
    }
    if (replacement[i + 1] == '$') {
      *out += '$';
      ++i;
      continue;
    }
    const bool brace = replacement[i + 1] == '{';
    size_t end = i + (brace ? 2 : 1);
    const size_t start = end;
    while (end < replacement.size() &&
           (std::isalnum(static_cast<unsigned char>(replacement[end])) != 0 ||
            replacement[end] == '_')) {
      ++end;
    }
    if (end == start || (brace && (end >= replacement.size() || replacement[end] != '}'))) {
      *out += '$';
      continue;
    }
    const std::string name(replacement.substr(start, end - start));
    size_t group = groups.size();
    const auto [stop, error] = std::from_chars(name.data(), name.data() + name.size(), group);
    if (error != std::errc() || stop != name.data() + name.size()) {
      const auto named = re.NamedCapturingGroups().find(name);
      group = named == re.NamedCapturingGroups().end() ? groups.size()
                                                       : static_cast<size_t>(named->second);
    }
    if (group < groups.size()) {
      out->append(groups[group].data(), groups[group].size());
    }
    i = brace ? end : end - 1;
  }
}

Result<Value> ReplaceAll(Call& call) {
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<RE2> re, Compile(Text(call, 0)));
  const std::string& text = Text(call, 2);
  std::vector<re2::StringPiece> groups(static_cast<size_t>(re->NumberOfCapturingGroups()) + 1);
  std::string out;
  size_t at = 0;
  while (at <= text.size() && re->Match(text, at, text.size(), RE2::UNANCHORED, groups.data(),
                                        static_cast<int>(groups.size()))) {
    const auto start = static_cast<size_t>(groups[0].data() - text.data());
    out += text.substr(at, start - at);
    ExpandMatch(Text(call, 1), *re, groups, &out);
    at = start + groups[0].size();
    if (groups[0].empty()) {
      out += at < text.size() ? text.substr(at, 1) : "";
      ++at;
    }
  }
  return Value(out + (at < text.size() ? text.substr(at) : ""));
}

Result<Value> Match(Call& call) {
  SB_ASSIGN_OR_RETURN(const std::unique_ptr<RE2> re, Compile(Text(call, 0)));
  return Value(RE2::PartialMatch(Text(call, 1), *re));
}

Result<Value> Join(Call& call) {
  std::string out;
  bool first = true;
  for (const std::string& item : gotemplate::StringItems(call.args[1])) {
    out += first ? "" : Text(call, 0);
    out += item;
    first = false;
  }
  return Value(out);
}

Result<Value> UrlUnescape(Call& call) {
  const std::string& text = Text(call, 0);
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    int byte = 0;
    const char* from = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(from, from + 2, byte, 16).ptr != from + 2) {
      return base::InvalidArgument("invalid URL escape " + gotemplate::GoQuote(text.substr(i, 3)));
    }
    out += static_cast<char>(byte);
    i += 2;
  }
  return Value(out);
}

Result<double> ToNumber(const Value& value) {
  const Value basic = value.Basic();
  if (basic.IsInt()) {
    return static_cast<double>(basic.AsInt());
  }
  if (basic.IsFloat()) {
    return basic.AsFloat();
  }
  double number = 0;
  if (basic.IsString()) {
    const std::string& text = basic.AsString();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) {
      return number;
    }
  }
  return base::InvalidArgument("can't convert " + value.TypeName() + " to float");
}

std::string Short(double value, const std::string& unit) {
  const Value arg(value);
  return gotemplate::Sprintf("%.4g", {&arg, 1}) + unit;
}

std::string HumanizeSeconds(double v) {
  if (std::isnan(v) || std::isinf(v) || v == 0 || std::fabs(v) >= 9e18) {
    return Short(v, std::isfinite(v) ? "s" : "");
  }
  if (std::fabs(v) >= 1) {
    const std::string sign = v < 0 ? "-" : "";
    const double magnitude = std::fabs(v);
    const auto whole = static_cast<int64_t>(magnitude);
    const std::string s = std::to_string(whole % 60) + "s";
    const std::string m = std::to_string(whole / 60 % 60) + "m ";
    const std::string h = std::to_string(whole / 3600 % 24) + "h ";
    if (whole >= 86'400) {
      return sign + std::to_string(whole / 86'400) + "d " + h + m + s;
    }
    if (whole >= 3600) {
      return sign + h + m + s;
    }
    return whole >= 60 ? sign + m + s : sign + Short(magnitude, "s");
  }
  std::string prefix;
  for (const char* p : {"m", "u", "n", "p", "f", "a", "z", "y"}) {
    if (std::fabs(v) >= 1) {
      break;
    }
    prefix = p;
    v *= 1000;
  }
  return Short(v, prefix + "s");
}

Result<Value> HumanizeDuration(Call& call) {
  SB_ASSIGN_OR_RETURN(const double seconds, ToNumber(call.args[0]));
  return Value(HumanizeSeconds(seconds));
}

Result<Value> InZone(Call& call) {
  SB_ASSIGN_OR_RETURN(auto zone, gotemplate::TimeZone::Load(EnvOf(call).files(), Text(call, 0)));
  return gotemplate::TimeValue(gotemplate::AsTime(call.args[1])->In(std::move(zone)));
}

std::string Base64Encode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i += 3) {
    uint32_t bits = 0;
    for (size_t k = 0; k < 3; ++k) {
      bits = (bits << 8) | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      out += i + k <= text.size() ? kBase64[(bits >> (18 - 6 * k)) & 63] : '=';
    }
  }
  return out;
}

Result<Value> Base64Decode(Call& call) {
  std::string_view text = Text(call, 0);
  while (text.ends_with('=')) {
    text.remove_suffix(1);
  }
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t digit = kBase64.find(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
    if (digit == std::string_view::npos) {
      return base::InvalidArgument("illegal base64 data at input byte " + std::to_string(i));
    }
    bits = (bits << 6) | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xFF);
    }
  }
  return Value(out);
}

Result<Value> Dict(Call& call) {
  if (call.args.size() % 2 != 0) {
    return base::InvalidArgument("dict: an even number of arguments is needed");
  }
  MapObject::Entries entries;
  for (size_t i = 0; i < call.args.size(); i += 2) {
    if (!call.args[i].IsString()) {
      return base::InvalidArgument("dict: keys must be strings");
    }
    entries[call.args[i].AsString()] = call.args[i + 1];
  }
  return MapObject::Any(std::move(entries));
}

Result<Value> Append(Call& call) {
  if (!call.args[0].IsObject() ||
      call.args[0].AsObject().shape() != gotemplate::Object::Shape::kList) {
    return base::InvalidArgument("append: not a list");
  }
  std::vector<Value> items;
  for (size_t i = 0; i < call.args[0].AsObject().Size(); ++i) {
    items.push_back(call.args[0].AsObject().At(i));
  }
  items.insert(items.end(), call.args.begin() + 1, call.args.end());
  return ListObject::Any(std::move(items));
}

void AddText(FunctionTable* table) {
  const gotemplate::Signature one{{Param::kString}, false};
  table->Add("toUpper", one,
             [](Call& c) -> Result<Value> { return Value(model::ToUpper(Text(c, 0))); });
  table->Add("toLower", one,
             [](Call& c) -> Result<Value> { return Value(model::ToLower(Text(c, 0))); });
  table->Add("title", one, [](Call& c) -> Result<Value> { return Value(Title(Text(c, 0))); });
  table->Add("trimSpace", one, [](Call& c) -> Result<Value> {
    const std::string& text = Text(c, 0);
    const size_t first = text.find_first_not_of(" \t\n\v\f\r");
    const size_t last = text.find_last_not_of(" \t\n\v\f\r");
    return Value(first == std::string::npos ? "" : text.substr(first, last - first + 1));
  });
  table->Add("join", {{Param::kString, Param::kStringList}, false}, Join);
  table->Add("match", {{Param::kString, Param::kString}, false}, Match);
  table->Add("reReplaceAll", {{Param::kString, Param::kString, Param::kString}, false}, ReplaceAll);
  table->Add("safeHtml", one,
             [](Call& c) -> Result<Value> { return Value::Trusted(Text(c, 0), Trust::kHtml); });
  table->Add("safeUrl", one,
             [](Call& c) -> Result<Value> { return Value::Trusted(Text(c, 0), Trust::kUrl); });
  table->Add("urlUnescape", one, UrlUnescape);
  table->Add("base64encode", one,
             [](Call& c) -> Result<Value> { return Value(Base64Encode(Text(c, 0))); });
  table->Add("base64decode", one, Base64Decode);
}

void AddTime(FunctionTable* table) {
  table->Add("date", {{Param::kString, Param::kTime}, false}, [](Call& c) -> Result<Value> {
    return Value(gotemplate::FormatTime(*gotemplate::AsTime(c.args[1]), Text(c, 0)));
  });
  table->Add("tz", {{Param::kString, Param::kTime}, false}, InZone);
  table->Add("now", {{}, false}, [](Call& c) -> Result<Value> {
    return gotemplate::TimeValue(gotemplate::GoTime::FromNs(EnvOf(c).clock().Now()));
  });
  table->Add("since", {{Param::kTime}, false}, [](Call& c) -> Result<Value> {
    const auto now = gotemplate::GoTime::FromNs(EnvOf(c).clock().Now());
    return gotemplate::DurationValue(now.Minus(*gotemplate::AsTime(c.args[0])));
  });
  table->Add("humanizeDuration", {{Param::kAny}, false}, HumanizeDuration);
  table->Add("toDate", {{Param::kString, Param::kString}, false}, [](Call& c) -> Result<Value> {
    const auto time = gotemplate::ParseTime(Text(c, 0), Text(c, 1), nullptr);
    return gotemplate::TimeValue(time.ok() ? *time : gotemplate::GoTime());
  });
  table->Add("mustToDate", {{Param::kString, Param::kString}, false}, [](Call& c) -> Result<Value> {
    SB_ASSIGN_OR_RETURN(const gotemplate::GoTime time,
                        gotemplate::ParseTime(Text(c, 0), Text(c, 1), nullptr));
    return gotemplate::TimeValue(time);
  });
}

void AddValues(FunctionTable* table) {
  table->Add("stringSlice", {{Param::kString}, true}, [](Call& c) -> Result<Value> {
    return Value(
        std::make_shared<ListObject>(std::vector<Value>(c.args.begin(), c.args.end()), "[]string"));
  });
  table->Add("list", {{Param::kAny}, true}, [](Call& c) -> Result<Value> {
    return ListObject::Any({c.args.begin(), c.args.end()});
  });
  table->Add("append", {{Param::kAny, Param::kAny}, true}, Append);
  table->Add("dict", {{Param::kAny}, true}, Dict);
  table->Add("toJson", {{Param::kAny}, false}, [](Call& c) -> Result<Value> {
    std::string out;
    SB_RETURN_IF_ERROR(gotemplate::AppendGoJson(c.args[0], &out));
    return Value(out);
  });
  table->Add("routeLabels", {{Param::kString}, false}, [](Call& c) -> Result<Value> {
    const auto* state = static_cast<const TemplateState*>(c.user);
    if (state == nullptr || state->route_labels == nullptr) {
      return Value("");
    }
    const auto label = state->route_labels->find(Text(c, 0));
    return Value(label == state->route_labels->end() ? "" : label->second);
  });
}

}  // namespace

const FunctionTable& TemplateFunctions() {
  static const FunctionTable table = [] {
    FunctionTable all;
    AddText(&all);
    AddTime(&all);
    AddValues(&all);
    return all;
  }();
  return table;
}

}  // namespace sb::notify
