// SPDX-License-Identifier: Apache-2.0
#include "server/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace sb::server {

namespace {

const Flag* FindFlag(const Command& command, std::string_view name) {
  for (const Flag& flag : command.flags) {
    if (flag.name == name) {
      return &flag;
    }
  }
  return nullptr;
}

const Command* FindSubcommand(const Command& command, std::string_view name) {
  for (const Command& sub : command.subcommands) {
    if (sub.name == name) {
      return &sub;
    }
  }
  return nullptr;
}

// Edit distance, for "did you mean"; words are short.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) {
    row[j] = j;
  }
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string Suggestion(std::string_view word, const std::vector<std::string>& known,
                       std::string_view prefix) {
  const std::string* best = nullptr;
  size_t best_distance = 3;
  for (const std::string& candidate : known) {
    const size_t distance = Distance(word, candidate);
    if (distance < best_distance) {
      best = &candidate;
      best_distance = distance;
    }
  }
  return best == nullptr ? "" : fmt::format("; did you mean {}{}?", prefix, *best);
}

std::vector<std::string> FlagNames(const Command& command) {
  std::vector<std::string> names;
  for (const Flag& flag : command.flags) {
    names.push_back(flag.name);
  }
  return names;
}

std::vector<std::string> SubcommandNames(const Command& command) {
  std::vector<std::string> names;
  for (const Command& sub : command.subcommands) {
    names.push_back(sub.name);
  }
  return names;
}

// One `--flag`, whose value may be the next word.
base::Status ReadFlag(const Command& command, const std::vector<std::string>& words, size_t* at,
                      Arguments* out) {
  const std::string_view word = std::string_view(words[*at]).substr(2);
  const size_t equals = word.find('=');
  const std::string name(word.substr(0, equals));
  const Flag* flag = FindFlag(command, name);
  if (flag == nullptr) {
    return base::InvalidArgument(
        fmt::format("unknown flag --{}{}", name, Suggestion(name, FlagNames(command), "--")));
  }
  if (!flag->repeatable && out->Has(name)) {
    return base::InvalidArgument(fmt::format("flag --{} is given twice", name));
  }
  if (flag->value_name.empty()) {
    if (equals != std::string_view::npos) {
      return base::InvalidArgument(fmt::format("flag --{} takes no value", name));
    }
    out->Add(name, "");
    return base::OkStatus();
  }
  if (equals != std::string_view::npos) {
    out->Add(name, std::string(word.substr(equals + 1)));
    return base::OkStatus();
  }
  if (*at + 1 >= words.size()) {
    return base::InvalidArgument(
        fmt::format("flag --{} needs a value: {}", name, flag->value_name));
  }
  out->Add(name, words[++*at]);
  return base::OkStatus();
}

int UsageError(const std::string& path, std::string_view message) {
  std::fprintf(stderr, "%s: %.*s\nTry '%s --help'.\n", path.c_str(),
               static_cast<int>(message.size()), message.data(), path.c_str());
  return kExitUsage;
}

std::string FlagColumn(const Flag& flag) {
  return flag.value_name.empty() ? fmt::format("--{}", flag.name)
                                 : fmt::format("--{} {}", flag.name, flag.value_name);
}

void AppendFlags(const Command& command, std::string* out) {
  size_t width = 6;  // "--help"
  for (const Flag& flag : command.flags) {
    width = std::max(width, FlagColumn(flag).size());
  }
  out->append("\nFlags:\n");
  for (const Flag& flag : command.flags) {
    out->append(fmt::format("  {:<{}}  {}{}\n", FlagColumn(flag), width, flag.sentence,
                            flag.repeatable ? " Repeatable." : ""));
  }
  out->append(fmt::format("  {:<{}}  {}\n", "--help", width, "Shows this text."));
}

}  // namespace

std::string Arguments::Get(const std::string& flag, std::string_view fallback) const {
  const auto it = values_.find(flag);
  return it == values_.end() ? std::string(fallback) : it->second.back();
}

std::string Arguments::ServerUrl(std::string_view fallback) const {
  std::string url = Get("url", fallback);
  while (url.ends_with('/')) {
    url.pop_back();
  }
  return url;
}

std::vector<std::string> Arguments::GetAll(const std::string& flag) const {
  const auto it = values_.find(flag);
  return it == values_.end() ? std::vector<std::string>() : it->second;
}

base::Result<Arguments> ParseArguments(const Command& command,
                                       const std::vector<std::string>& words) {
  Arguments out;
  bool flags_ended = false;
  for (size_t at = 0; at < words.size(); ++at) {
    if (!flags_ended && words[at] == "--") {
      flags_ended = true;
    } else if (!flags_ended && words[at].starts_with("--")) {
      SB_RETURN_IF_ERROR(ReadFlag(command, words, &at, &out));
    } else if (!flags_ended && words[at].size() > 1 && words[at][0] == '-' &&
               (words[at][1] < '0' || words[at][1] > '9')) {
      return base::InvalidArgument(fmt::format("flags are written with two dashes: {}", words[at]));
    } else if (command.positional.empty()) {
      return base::InvalidArgument(fmt::format("unexpected argument {}", words[at]));
    } else {
      out.AddPositional(words[at]);
    }
  }
  for (const Flag& flag : command.flags) {
    if (flag.required && !out.Has(flag.name)) {
      return base::InvalidArgument(
          fmt::format("flag --{} {} is required", flag.name, flag.value_name));
    }
  }
  return out;
}

std::string HelpText(const Command& command, const std::string& path) {
  std::string out =
      fmt::format("Usage: {}{}{}{}\n", path, command.subcommands.empty() ? "" : " COMMAND",
                  command.flags.empty() ? "" : " [FLAGS]",
                  command.positional.empty() ? "" : " " + command.positional);
  out.append("\n").append(command.description.empty() ? command.summary : command.description);
  out.append("\n");
  if (!command.subcommands.empty()) {
    size_t width = 0;
    for (const Command& sub : command.subcommands) {
      width = std::max(width, sub.name.size());
    }
    out.append("\nCommands:\n");
    for (const Command& sub : command.subcommands) {
      out.append(fmt::format("  {:<{}}  {}\n", sub.name, width, sub.summary));
    }
  }
  AppendFlags(command, &out);
  if (!command.examples.empty()) {
    out.append("\nExamples:\n");
    for (const std::string& example : command.examples) {
      out.append("  ").append(example).append("\n");
    }
  }
  return out;
}

int RunCommandLine(const Command& root, const std::vector<std::string>& words) {
  const Command* command = &root;
  std::string path = root.name;
  size_t at = 0;
  while (at < words.size() && !command->subcommands.empty() && !words[at].starts_with("-")) {
    const Command* sub = FindSubcommand(*command, words[at]);
    if (sub == nullptr) {
      return UsageError(path, fmt::format("unknown command {}{}", words[at],
                                          Suggestion(words[at], SubcommandNames(*command), "")));
    }
    command = sub;
    path += " " + sub->name;
    ++at;
  }
  const std::vector<std::string> rest(words.begin() + static_cast<ptrdiff_t>(at), words.end());
  const auto end_of_flags = std::find(rest.begin(), rest.end(), "--");
  if (std::find(rest.begin(), end_of_flags, "--help") != end_of_flags) {
    std::fputs(HelpText(*command, path).c_str(), stdout);
    return kExitOk;
  }
  if (!command->run) {
    const Command* const version = FindSubcommand(*command, "version");
    if (version != nullptr && rest == std::vector<std::string>{"--version"}) {
      return version->run(Arguments());
    }
    if (!rest.empty()) {
      return UsageError(path, fmt::format("unknown flag {}", rest.front()));
    }
    std::fputs(HelpText(*command, path).c_str(), stderr);
    return kExitUsage;
  }
  base::Result<Arguments> arguments = ParseArguments(*command, rest);
  if (!arguments.ok()) {
    return UsageError(path, arguments.status().message());
  }
  return command->run(*arguments);
}

}  // namespace sb::server
