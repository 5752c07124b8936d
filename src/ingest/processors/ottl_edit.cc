// SPDX-License-Identifier: Apache-2.0
//
// The editors: what a statement does.
#include <re2/re2.h>

#include <algorithm>

#include "ingest/processors/ottl.h"

namespace sb::ingest {
namespace {

using Kind = OttlValue::Kind;

struct EditorRow {
  std::string_view name;
  size_t args;
};
constexpr EditorRow kEditors[] = {
    {"set", 2},           {"delete_key", 2},           {"delete_matching_keys", 2},
    {"keep_keys", 2},     {"keep_matching_keys", 2},   {"replace_pattern", 3},
    {"replace_match", 3}, {"replace_all_patterns", 4}, {"truncate_all", 2},
    {"limit", 3}};

base::Result<std::string> TextArgument(const OttlExpr& expr, const OttlTarget& target) {
  SB_ASSIGN_OR_RETURN(OttlValue value, Evaluate(expr, target));
  if (value.kind != Kind::kString) {
    return base::InvalidArgument("expected a string, not \"" + value.Text() + "\"");
  }
  return std::move(value.text);
}

base::Result<std::vector<std::string>> ListArgument(const OttlExpr& expr,
                                                    const OttlTarget& target) {
  std::vector<std::string> list;
  if (expr.kind != OttlExpr::Kind::kList) {
    return base::InvalidArgument("expected a list");
  }
  for (const OttlExpr& element : expr.args) {
    SB_ASSIGN_OR_RETURN(std::string text, TextArgument(element, target));
    list.push_back(std::move(text));
  }
  return list;
}

base::Result<RecordAttributes*> MapArgument(const OttlExpr& expr, const OttlTarget& target) {
  if (expr.kind != OttlExpr::Kind::kPath || expr.path.field != OttlPath::Field::kAttributes ||
      expr.path.key.has_value()) {
    return base::InvalidArgument("expected a map of attributes");
  }
  return AttributesAt(expr.path, target);
}

bool Contains(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

base::Status EditKeys(const OttlExpr& call, const OttlTarget& target) {
  const std::string& name = call.function;
  SB_ASSIGN_OR_RETURN(RecordAttributes* const map, MapArgument(call.args[0], target));
  if (name == "delete_key") {
    SB_ASSIGN_OR_RETURN(const std::string key, TextArgument(call.args[1], target));
    RemoveFrom(map, key);
  } else if (name == "keep_keys") {
    SB_ASSIGN_OR_RETURN(const auto keys, ListArgument(call.args[1], target));
    std::erase_if(*map, [&](const RecordAttribute& a) { return !Contains(keys, a.key); });
  } else {
    const re2::RE2& pattern = *call.args[1].pattern;
    const bool deletes = name == "delete_matching_keys";
    std::erase_if(*map, [&](const RecordAttribute& a) {
      return re2::RE2::PartialMatch(a.key, pattern) == deletes;
    });
  }
  return base::OkStatus();
}

base::Status ReplaceAll(const OttlExpr& call, const OttlTarget& target) {
  SB_ASSIGN_OR_RETURN(RecordAttributes* const map, MapArgument(call.args[0], target));
  SB_ASSIGN_OR_RETURN(const std::string mode, TextArgument(call.args[1], target));
  SB_ASSIGN_OR_RETURN(const std::string replacement, TextArgument(call.args[3], target));
  if (mode != "key" && mode != "value") {
    return base::InvalidArgument("replace_all_patterns wants \"key\" or \"value\"");
  }
  const std::string rewrite = RewriteOf(replacement);
  for (RecordAttribute& attribute : *map) {
    if (mode == "key") {
      re2::RE2::GlobalReplace(&attribute.key, *call.args[2].pattern, rewrite);
    } else if (attribute.value.kind == Kind::kString) {
      re2::RE2::GlobalReplace(&attribute.value.text, *call.args[2].pattern, rewrite);
    }
  }
  return base::OkStatus();
}

base::Status ReplacePattern(const OttlExpr& call, const OttlTarget& target) {
  if (call.args[0].kind != OttlExpr::Kind::kPath) {
    return base::InvalidArgument("expected a path");
  }
  OttlValue value = ReadOttlPath(call.args[0].path, target);
  SB_ASSIGN_OR_RETURN(const std::string replacement, TextArgument(call.args[2], target));
  if (value.kind != Kind::kString) {
    return base::OkStatus();
  }
  if (call.function == "replace_match") {  // a glob in the reference; here the whole text
    SB_ASSIGN_OR_RETURN(const std::string glob, TextArgument(call.args[1], target));
    const std::string quoted = re2::RE2::QuoteMeta(glob);
    std::string pattern;
    for (size_t i = 0; i < quoted.size(); ++i) {
      if (quoted.compare(i, 2, "\\*") == 0 || quoted.compare(i, 2, "\\?") == 0) {
        pattern.append(quoted[++i] == '*' ? ".*" : ".");
      } else {
        pattern.push_back(quoted[i]);
      }
    }
    if (!re2::RE2::FullMatch(value.text, pattern)) {
      return base::OkStatus();
    }
    return WriteOttlPath(call.args[0].path, OttlValue::String(replacement), target);
  }
  re2::RE2::GlobalReplace(&value.text, *call.args[1].pattern, RewriteOf(replacement));
  return WriteOttlPath(call.args[0].path, std::move(value), target);
}

base::Status Shorten(const OttlExpr& call, const OttlTarget& target) {
  SB_ASSIGN_OR_RETURN(RecordAttributes* const map, MapArgument(call.args[0], target));
  SB_ASSIGN_OR_RETURN(const OttlValue limit, Evaluate(call.args[1], target));
  if (limit.kind != Kind::kInt || limit.integer < 0) {
    return base::InvalidArgument(call.function + " wants a limit that is not negative");
  }
  const auto max = static_cast<size_t>(limit.integer);
  if (call.function == "truncate_all") {
    for (RecordAttribute& attribute : *map) {
      std::string& text = attribute.value.text;
      if (attribute.value.kind == Kind::kString && text.size() > max) {
        text.resize(max);  // a character that is cut is repaired by the writer
      }
    }
    return base::OkStatus();
  }
  SB_ASSIGN_OR_RETURN(const auto keys, ListArgument(call.args[2], target));
  std::stable_partition(map->begin(), map->end(),
                        [&](const RecordAttribute& a) { return Contains(keys, a.key); });
  if (map->size() > max) {
    map->resize(max);
  }
  return base::OkStatus();
}

base::Status Edit(const OttlExpr& call, const OttlTarget& target) {
  const std::string& name = call.function;
  if (name == "set") {
    if (call.args[0].kind != OttlExpr::Kind::kPath) {
      return base::InvalidArgument("set wants a path");
    }
    SB_ASSIGN_OR_RETURN(OttlValue value, Evaluate(call.args[1], target));
    return WriteOttlPath(call.args[0].path, std::move(value), target);
  }
  if (name == "replace_pattern" || name == "replace_match") {
    return ReplacePattern(call, target);
  }
  if (name == "replace_all_patterns") {
    return ReplaceAll(call, target);
  }
  return name == "truncate_all" || name == "limit" ? Shorten(call, target) : EditKeys(call, target);
}

}  // namespace

bool IsOttlEditor(std::string_view name, size_t args) {
  return std::any_of(std::begin(kEditors), std::end(kEditors),
                     [&](const EditorRow& row) { return row.name == name && row.args == args; });
}

std::string RewriteOf(std::string_view go_replacement) {
  std::string rewrite;
  for (size_t i = 0; i < go_replacement.size(); ++i) {
    const char c = go_replacement[i];
    const char next = i + 1 < go_replacement.size() ? go_replacement[i + 1] : '\0';
    if (c == '\\') {
      rewrite.append("\\\\");
    } else if (c == '$' && next >= '0' && next <= '9') {
      rewrite.append({'\\', next});
      ++i;
    } else if (c == '$' && next == '{' && i + 3 < go_replacement.size() &&
               go_replacement[i + 2] >= '0' && go_replacement[i + 2] <= '9' &&
               go_replacement[i + 3] == '}') {
      rewrite.append({'\\', go_replacement[i + 2]});
      i += 3;
    } else if (c == '$' && next == '$') {
      rewrite.push_back('$');
      ++i;
    } else {
      rewrite.push_back(c);
    }
  }
  return rewrite;
}

base::Status Run(const OttlStatement& statement, const OttlTarget& target) {
  if (statement.where.has_value()) {
    SB_ASSIGN_OR_RETURN(const bool holds, Holds(*statement.where, target));
    if (!holds) {
      return base::OkStatus();
    }
  }
  return Edit(statement.editor, target);
}

}  // namespace sb::ingest
