// SPDX-License-Identifier: Apache-2.0
#include "test_state.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include <fmt/format.h>

#include "base/env.h"

namespace sb::load {
namespace {

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string WallText() {
  const auto now = std::time_t(base::Env::Real().clock().NowMs().Value() / 1000);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

}  // namespace

base::Result<std::shared_ptr<const std::string>> ScriptFiles::Read(const std::string& path) {
  base::MutexLock lock(mutex_);
  const auto it = known_.find(path);
  if (it != known_.end()) return it->second;
  SB_ASSIGN_OR_RETURN(std::string content, base::Env::Real().files().ReadFile(path));
  auto kept = std::make_shared<const std::string>(std::move(content));
  known_[path] = kept;
  return std::shared_ptr<const std::string>(kept);
}

void ScriptFiles::Put(const std::string& path, std::string content) {
  base::MutexLock lock(mutex_);
  known_[path] = std::make_shared<const std::string>(std::move(content));
}

std::shared_ptr<const SharedArrays::Elements> SharedArrays::Find(const std::string& name) {
  base::MutexLock lock(mutex_);
  const auto it = known_.find(name);
  return it == known_.end() ? nullptr : it->second;
}

void SharedArrays::Put(const std::string& name, Elements elements) {
  base::MutexLock lock(mutex_);
  known_.try_emplace(name, std::make_shared<const Elements>(std::move(elements)));
}

void Console::Erase() {
  if (progress_.empty()) return;
  const auto lines = std::ranges::count(progress_, '\n');
  std::string erase = "\r\x1b[J";
  if (lines > 0) erase = fmt::format("\x1b[{}A\r\x1b[J", lines);
  std::fwrite(erase.data(), 1, erase.size(), stderr);
}

void Console::Write(std::string_view level, std::string_view message, std::string_view source) {
  const std::string line =
      fmt::format("time=\"{}\" level={} msg={}{}{}\n", WallText(), level, Quoted(message),
                  source.empty() ? "" : " source=", source);
  base::MutexLock lock(mutex_);
  Erase();
  std::fwrite(line.data(), 1, line.size(), stderr);
  std::fwrite(progress_.data(), 1, progress_.size(), stderr);
}

void Console::SetProgress(std::string text) {
  base::MutexLock lock(mutex_);
  Erase();
  progress_ = std::move(text);
  std::fwrite(progress_.data(), 1, progress_.size(), stderr);
}

}  // namespace sb::load
