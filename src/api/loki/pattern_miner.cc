// SPDX-License-Identifier: Apache-2.0
#include "api/loki/pattern_miner.h"

#include <fmt/format.h>

#include <algorithm>

namespace sb::api::loki {
namespace {

constexpr std::string_view kAny = "<*>";
// Tokens of which at least this share is equal belong together.
constexpr double kSimilar = 0.7;

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

bool IsPartByte(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Whether a run of letters and digits changes from line to line: it has a digit, but is no short
// name such as "v1" or "http2".
bool IsVariable(std::string_view part) {
  size_t digits = 0;
  for (const char c : part) {
    digits += IsDigit(c) ? 1U : 0U;
  }
  return digits > 0 && (digits * 2 >= part.size() || part.size() > 6);
}

// A word with its variable parts replaced: "id=17" is "id=<*>", "10.0.0.1:80" is "<*>".
std::string Masked(std::string_view word) {
  std::string out;
  for (size_t at = 0; at < word.size();) {
    if (!IsPartByte(word[at])) {
      // Punctuation between two variables belongs to them.
      const bool joins = out.ends_with(kAny) && at + 1 < word.size() &&
                         (word[at] == '.' || word[at] == ':' || word[at] == '-' ||
                          word[at] == ',' || word[at] == '_' || word[at] == '+');
      size_t end = at + 1;
      while (end < word.size() && IsPartByte(word[end])) {
        ++end;
      }
      if (joins && IsVariable(word.substr(at + 1, end - at - 1))) {
        at = end;
        continue;
      }
      out += word[at++];
      continue;
    }
    size_t end = at;
    while (end < word.size() && IsPartByte(word[end])) {
      ++end;
    }
    const std::string_view part = word.substr(at, end - at);
    out += IsVariable(part) ? kAny : part;
    at = end;
  }
  return out;
}

std::vector<std::string> TokensOf(std::string_view line) {
  std::vector<std::string> tokens;
  while (!line.empty() && tokens.size() < PatternMiner::kTokensMax) {
    const size_t end = std::min(line.find(' '), line.size());
    if (end > 0) {
      tokens.push_back(Masked(line.substr(0, end)));
    }
    line.remove_prefix(end == line.size() ? end : end + 1);
  }
  if (!line.empty()) {
    tokens.emplace_back(kAny);
  }
  return tokens;
}

}  // namespace

PatternMiner::Cluster& PatternMiner::ClusterOf(const std::vector<std::string>& tokens,
                                               std::string_view level) {
  const std::string& first = tokens.front();
  const std::string shape = fmt::format("{} {} {}", tokens.size(), level,
                                        first.find('<') == std::string::npos ? first : "");
  std::vector<size_t>& candidates = by_shape_[shape];
  for (const size_t index : candidates) {
    Cluster& cluster = clusters_[index];
    size_t equal = 0;
    for (size_t i = 0; i < tokens.size(); ++i) {
      equal += tokens[i] == cluster.tokens[i] ? 1U : 0U;
    }
    if (static_cast<double>(equal) >= kSimilar * static_cast<double>(tokens.size())) {
      for (size_t i = 0; i < tokens.size() && equal < tokens.size(); ++i) {
        if (tokens[i] != cluster.tokens[i]) {
          cluster.tokens[i] = kAny;
        }
      }
      return cluster;
    }
  }
  candidates.push_back(clusters_.size());
  clusters_.push_back({tokens, std::string(level), 0, {}});
  return clusters_.back();
}

void PatternMiner::Add(std::string_view line, int64_t time_ns, std::string_view level) {
  std::vector<std::string> tokens = TokensOf(line);
  if (tokens.empty()) {
    return;
  }
  if (clusters_.size() >= kPatternsMax) {
    tokens = {std::string(kAny)};
  }
  Cluster& cluster = ClusterOf(tokens, level);
  ++cluster.count;
  ++cluster.samples[time_ns / step_ns_ * step_ns_ / 1'000'000'000];
}

std::vector<PatternMiner::Pattern> PatternMiner::Finish() const {
  std::vector<Pattern> patterns;
  for (const Cluster& cluster : clusters_) {
    patterns.push_back({fmt::format("{}", fmt::join(cluster.tokens, " ")), cluster.level,
                        cluster.count, cluster.samples});
  }
  std::sort(patterns.begin(), patterns.end(), [](const Pattern& a, const Pattern& b) {
    return a.count != b.count ? a.count > b.count : a.text < b.text;
  });
  return patterns;
}

}  // namespace sb::api::loki
