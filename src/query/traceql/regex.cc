// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/regex.h"

#include <re2/re2.h>

#include <string>

namespace sb::traceql {

base::Result<std::shared_ptr<const re2::RE2>> CompileRegex(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_dot_nl(true);
  options.set_log_errors(false);
  auto regex =
      std::make_shared<const re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (!regex->ok()) {
    return base::InvalidArgument("bad regular expression: " + regex->error() + ": " +
                                 std::string(pattern));
  }
  return std::shared_ptr<const re2::RE2>(std::move(regex));
}

bool MatchesWhole(const re2::RE2& regex, std::string_view text) {
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), regex);
}

}  // namespace sb::traceql
