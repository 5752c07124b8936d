// SPDX-License-Identifier: Apache-2.0
//
// Functions on texts: case, trimming, cutting, padding, encodings.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "model/letter_case.h"
#include "query/logql/template_functions.h"
#include "query/logql/text_repair.h"
#include "template/print.h"

namespace sb::logql {
namespace {

using gotemplate::Call;
using gotemplate::Param;
using gotemplate::Value;
using ValueResult = base::Result<Value>;

constexpr size_t kTextBytesMax = 1 << 20;

const std::string& Text(const Call& call, size_t i) {
  return call.args[i].AsString();
}

std::string ReplaceText(std::string_view text, std::string_view from, std::string_view to,
                        int64_t count) {
  std::string out;
  if (from.empty()) {
    // Go puts the replacement before every character and at the end.
    size_t at = 0;
    for (int64_t n = 0; count < 0 || n < count; ++n) {
      out += to;
      if (at >= text.size()) {
        return out;
      }
      const size_t length = std::max<size_t>(1, Utf8SequenceLength(text, at));
      out += text.substr(at, length);
      at += length;
    }
    return out + std::string(text.substr(at));
  }
  for (int64_t n = 0; count < 0 || n < count; ++n) {
    const size_t found = text.find(from);
    if (found == std::string_view::npos) {
      break;
    }
    out += text.substr(0, found);
    out += to;
    text.remove_prefix(found + from.size());
  }
  return out + std::string(text);
}

// Whether the character of `text` at `at` (of `length` bytes) is one of `set`.
bool InSet(std::string_view set, std::string_view character) {
  for (size_t at = 0; at < set.size();) {
    const size_t length = std::max<size_t>(1, Utf8SequenceLength(set, at));
    if (set.substr(at, length) == character) {
      return true;
    }
    at += length;
  }
  return false;
}

std::string_view TrimFront(std::string_view text, std::string_view set) {
  while (!text.empty()) {
    const size_t length = std::max<size_t>(1, Utf8SequenceLength(text, 0));
    if (!InSet(set, text.substr(0, length))) {
      break;
    }
    text.remove_prefix(length);
  }
  return text;
}

std::string_view TrimBack(std::string_view text, std::string_view set) {
  while (!text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) {
      --start;
    }
    if (!InSet(set, text.substr(start))) {
      break;
    }
    text.remove_suffix(text.size() - start);
  }
  return text;
}

constexpr std::string_view kSpace = " \t\n\v\f\r\xC2\x85\xC2\xA0";

std::string TitleText(std::string_view text) {
  std::string out;
  bool starts = true;
  for (size_t at = 0; at < text.size();) {
    const size_t length = std::max<size_t>(1, Utf8SequenceLength(text, at));
    const std::string_view c = text.substr(at, length);
    out += starts ? model::ToUpper(c) : std::string(c);
    const char first = c[0];
    starts = length == 1 && first != '_' && !(first >= '0' && first <= '9') &&
             !(first >= 'a' && first <= 'z') && !(first >= 'A' && first <= 'Z');
    at += length;
  }
  return out;
}

std::string Indented(int64_t spaces, std::string_view text) {
  const std::string pad(static_cast<size_t>(std::clamp<int64_t>(spaces, 0, 1000)), ' ');
  return pad + ReplaceText(text, "\n", "\n" + pad, -1);
}

// alignLeft and alignRight: cut or padded to a number of characters.
std::string Aligned(int64_t count, const std::string& text, bool left) {
  const auto length = static_cast<int64_t>(gotemplate::RuneCount(text));
  if (count < 0 || count == length) {
    return text;
  }
  if (count < length) {
    const auto keep = static_cast<size_t>(count);
    const size_t all = static_cast<size_t>(length);
    return left ? text.substr(0, gotemplate::RuneOffset(text, keep))
                : text.substr(gotemplate::RuneOffset(text, all - keep));
  }
  const std::string pad(static_cast<size_t>(std::min<int64_t>(count, 10'000) - std::min<int64_t>(
                            length, 10'000)), ' ');
  return left ? text + pad : pad + text;
}

std::string Truncated(int64_t count, const std::string& text) {
  const auto size = static_cast<int64_t>(text.size());
  if (count < 0 && size + count > 0) {
    return text.substr(static_cast<size_t>(size + count));
  }
  if (count >= 0 && size > count) {
    return text.substr(0, static_cast<size_t>(count));
  }
  return text;
}

ValueResult Substring(int64_t start, int64_t end, const std::string& text) {
  const auto size = static_cast<int64_t>(text.size());
  if (start < 0) {
    start = 0;
    if (end < 0 || end > size) {
      return base::InvalidArgument("substr: slice bounds out of range");
    }
  } else if (end < 0 || end > size) {
    end = size;
  }
  if (start > end) {
    return base::InvalidArgument("substr: slice bounds out of range");
  }
  return Value(text.substr(static_cast<size_t>(start), static_cast<size_t>(end - start)));
}

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string EncodeBase64(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); at += 3) {
    uint32_t bits = 0;
    const size_t count = std::min<size_t>(3, text.size() - at);
    for (size_t i = 0; i < 3; ++i) {
      bits = (bits << 8) | (i < count ? static_cast<unsigned char>(text[at + i]) : 0U);
    }
    for (size_t i = 0; i < 4; ++i) {
      out += i <= count ? kBase64[(bits >> (18 - 6 * i)) & 63] : '=';
    }
  }
  return out;
}

std::string DecodeBase64(std::string_view text) {
  while (!text.empty() && text.back() == '=') {
    text.remove_suffix(1);
  }
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t value = kBase64.find(text[i]);
    if (value == std::string_view::npos) {
      return fmt::format("illegal base64 data at input byte {}", i);
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

std::string EncodeUrl(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += c == ' ' ? "+" : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

ValueResult DecodeUrl(std::string_view text) {
  const auto hex = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at] == '+' ? ' ' : text[at];
      continue;
    }
    if (at + 2 >= text.size() || hex(text[at + 1]) < 0 || hex(text[at + 2]) < 0) {
      return base::InvalidArgument(
          fmt::format("invalid URL escape \"{}\"", text.substr(at, 3)));
    }
    out += static_cast<char>(hex(text[at + 1]) * 16 + hex(text[at + 2]));
    at += 2;
  }
  return Value(std::move(out));
}

// Functions of texts alone, by name and number of arguments.
template <typename Function>
void AddText(gotemplate::FunctionTable* table, const char* name, size_t args,
             const Function& function) {
  table->Add(name, {std::vector<Param>(args, Param::kString), false},
             [function](Call& call) -> ValueResult { return Value(std::string(function(call))); });
}

void AddTrimming(gotemplate::FunctionTable* table) {
  AddText(table, "Trim", 2, [](const Call& c) {
    return TrimBack(TrimFront(Text(c, 0), Text(c, 1)), Text(c, 1));
  });
  AddText(table, "TrimLeft", 2, [](const Call& c) { return TrimFront(Text(c, 0), Text(c, 1)); });
  AddText(table, "TrimRight", 2, [](const Call& c) { return TrimBack(Text(c, 0), Text(c, 1)); });
  const auto trim_space = [](const Call& c) {
    return TrimBack(TrimFront(Text(c, 0), kSpace), kSpace);
  };
  AddText(table, "TrimSpace", 1, trim_space);
  AddText(table, "trim", 1, trim_space);
  AddText(table, "trimAll", 2, [](const Call& c) {
    return TrimBack(TrimFront(Text(c, 1), Text(c, 0)), Text(c, 0));
  });
  const auto without_prefix = [](std::string_view text, std::string_view prefix) {
    return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
  };
  const auto without_suffix = [](std::string_view text, std::string_view suffix) {
    return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size()) : text;
  };
  AddText(table, "TrimPrefix", 2, [without_prefix](const Call& c) {
    return without_prefix(Text(c, 0), Text(c, 1));
  });
  AddText(table, "TrimSuffix", 2, [without_suffix](const Call& c) {
    return without_suffix(Text(c, 0), Text(c, 1));
  });
  AddText(table, "trimPrefix", 2, [without_prefix](const Call& c) {
    return without_prefix(Text(c, 1), Text(c, 0));
  });
  AddText(table, "trimSuffix", 2, [without_suffix](const Call& c) {
    return without_suffix(Text(c, 1), Text(c, 0));
  });
}

void AddCase(gotemplate::FunctionTable* table) {
  for (const char* name : {"ToLower", "lower"}) {
    AddText(table, name, 1, [](const Call& c) { return model::ToLower(Text(c, 0)); });
  }
  for (const char* name : {"ToUpper", "upper"}) {
    AddText(table, name, 1, [](const Call& c) { return model::ToUpper(Text(c, 0)); });
  }
  AddText(table, "title", 1, [](const Call& c) { return TitleText(Text(c, 0)); });
}

void AddCutting(gotemplate::FunctionTable* table) {
  const std::vector<Param> count_text = {Param::kInt, Param::kString};
  const auto add = [table, &count_text](const char* name, auto function) {
    table->Add(name, {count_text, false}, [function](Call& c) -> ValueResult {
      return Value(std::string(function(c.args[0].AsInt(), Text(c, 1))));
    });
  };
  add("trunc", [](int64_t n, const std::string& s) { return Truncated(n, s); });
  add("indent", [](int64_t n, const std::string& s) { return Indented(n, s); });
  add("nindent", [](int64_t n, const std::string& s) { return "\n" + Indented(n, s); });
  add("alignLeft", [](int64_t n, const std::string& s) { return Aligned(n, s, true); });
  add("alignRight", [](int64_t n, const std::string& s) { return Aligned(n, s, false); });
  table->Add("repeat", {count_text, false}, [](Call& c) -> ValueResult {
    const int64_t count = c.args[0].AsInt();
    const std::string& text = Text(c, 1);
    if (count < 0) {
      return base::InvalidArgument("strings: negative Repeat count");
    }
    if (!text.empty() && static_cast<uint64_t>(count) > kTextBytesMax / text.size()) {
      return base::InvalidArgument("repeat: the text would be too long");
    }
    std::string out;
    for (int64_t i = 0; i < count && !text.empty(); ++i) {
      out += text;
    }
    return Value(std::move(out));
  });
  table->Add("substr", {{Param::kInt, Param::kInt, Param::kString}, false},
             [](Call& c) -> ValueResult {
               return Substring(c.args[0].AsInt(), c.args[1].AsInt(), Text(c, 2));
             });
}

}  // namespace

void AddTextFunctions(gotemplate::FunctionTable* table) {
  AddCase(table);
  AddTrimming(table);
  AddCutting(table);
  table->Add("Replace", {{Param::kString, Param::kString, Param::kString, Param::kInt}, false},
             [](Call& c) -> ValueResult {
               return Value(ReplaceText(Text(c, 0), Text(c, 1), Text(c, 2), c.args[3].AsInt()));
             });
  AddText(table, "replace", 3, [](const Call& c) {
    return ReplaceText(Text(c, 2), Text(c, 0), Text(c, 1), -1);
  });
  AddText(table, "b64enc", 1, [](const Call& c) { return EncodeBase64(Text(c, 0)); });
  AddText(table, "b64dec", 1, [](const Call& c) { return DecodeBase64(Text(c, 0)); });
  AddText(table, "urlencode", 1, [](const Call& c) { return EncodeUrl(Text(c, 0)); });
  table->Add("urldecode", {{Param::kString}, false},
             [](Call& c) -> ValueResult { return DecodeUrl(Text(c, 0)); });
}

}  // namespace sb::logql
