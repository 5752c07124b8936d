// SPDX-License-Identifier: Apache-2.0
//
// Completion scripts: the command table flattened to "path -> words that may follow".
#include <fmt/format.h>

#include "server/command_line.h"

namespace sb::server {

namespace {

struct Choice {
  std::string word;
  std::string sentence;
};

struct Place {
  std::string path;  // "check config"; empty at the root
  std::vector<Choice> choices;
};

void Collect(const Command& command, const std::string& path, std::vector<Place>* out) {
  Place place{path, {}};
  for (const Command& sub : command.subcommands) {
    place.choices.push_back({sub.name, sub.summary});
  }
  for (const Flag& flag : command.flags) {
    place.choices.push_back({"--" + flag.name, flag.sentence});
  }
  place.choices.push_back({"--help", "Shows the help of this command."});
  out->push_back(std::move(place));
  for (const Command& sub : command.subcommands) {
    Collect(sub, path.empty() ? sub.name : path + " " + sub.name, out);
  }
}

std::string Words(const Place& place) {
  std::string words;
  for (const Choice& choice : place.choices) {
    words.append(words.empty() ? "" : " ").append(choice.word);
  }
  return words;
}

std::string BashScript(const std::string& name, const std::vector<Place>& places) {
  std::string out = fmt::format(
      "# bash completion for {0}; put it in /etc/bash_completion.d/{0}\n"
      "_{0}() {{\n"
      "  local current=${{COMP_WORDS[COMP_CWORD]}} path='' i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    [[ ${{COMP_WORDS[i]}} == -* ]] && break\n"
      "    path+=\"${{path:+ }}${{COMP_WORDS[i]}}\"\n"
      "  done\n"
      "  local words=''\n"
      "  case \"$path\" in\n",
      name);
  for (const Place& place : places) {
    out += fmt::format("    '{}') words='{}' ;;\n", place.path, Words(place));
  }
  out += fmt::format(
      "  esac\n"
      "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
      "}}\n"
      "complete -o default -F _{0} {0}\n",
      name);
  return out;
}

std::string Escaped(std::string_view text, char special) {
  std::string out;
  for (const char c : text) {
    if (c == special || c == '\\') {
      out.push_back('\\');
    }
    out.push_back(c);
  }
  return out;
}

std::string ZshScript(const std::string& name, const std::vector<Place>& places) {
  std::string out = fmt::format(
      "#compdef {0}\n_{0}() {{\n  local path='' word\n  local -a choices\n"
      "  for word in ${{words[2,CURRENT-1]}}; do\n"
      "    [[ $word == -* ]] && break\n    path+=\"${{path:+ }}$word\"\n  done\n"
      "  case \"$path\" in\n",
      name);
  for (const Place& place : places) {
    out += fmt::format("    '{}') choices=(", place.path);
    for (const Choice& choice : place.choices) {
      out += fmt::format("\n      \"{}:{}\"", choice.word, Escaped(choice.sentence, '"'));
    }
    out += ") ;;\n";
  }
  out += fmt::format("  esac\n  _describe '{0}' choices || _files\n}}\n_{0} \"$@\"\n", name);
  return out;
}

std::string FishScript(const std::string& name, const std::vector<Place>& places) {
  std::string out;
  for (const Place& place : places) {
    const std::string condition =
        place.path.empty() ? "__fish_use_subcommand"
                           : fmt::format("string match -q '*{}*' (commandline -pc)", place.path);
    for (const Choice& choice : place.choices) {
      const std::string what =
          choice.word.starts_with("--") ? "-l " + choice.word.substr(2) : "-f -a " + choice.word;
      out += fmt::format("complete -c {} -n \"{}\" {} -d '{}'\n", name, condition, what,
                         Escaped(choice.sentence, '\''));
    }
  }
  return out;
}

}  // namespace

base::Result<std::string> CompletionScript(const Command& root, std::string_view shell) {
  std::vector<Place> places;
  Collect(root, "", &places);
  if (shell == "bash") {
    return BashScript(root.name, places);
  }
  if (shell == "zsh") {
    return ZshScript(root.name, places);
  }
  if (shell == "fish") {
    return FishScript(root.name, places);
  }
  return base::InvalidArgument(
      fmt::format("no completion for this shell (bash, zsh, fish): {}", shell));
}

}  // namespace sb::server
