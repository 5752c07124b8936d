// SPDX-License-Identifier: Apache-2.0
//
// ErrorList collects what is wrong with one configuration file, so that one run shows all of it:
//
//   prometheus.yml:12:5: field job_nam not found in type config.ScrapeConfig
//
// At most kMaxErrors are kept; the rest is counted. Threads: one thread at a time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/status.h"
#include "config/node.h"

namespace sb::config {

class ErrorList {
 public:
  static constexpr size_t kMaxErrors = 50;

  explicit ErrorList(std::string file) : file_(std::move(file)) {}
  ErrorList(const ErrorList&) = delete;
  ErrorList& operator=(const ErrorList&) = delete;

  void Add(const Node& at, std::string message) { Add(at.position, std::move(message)); }
  void Add(Position at, std::string message);
  // Errors of another file, already complete.
  void AddWhole(const base::Status& status);

  bool empty() const { return errors_.empty() && whole_.empty(); }
  size_t size() const { return errors_.size() + whole_.size(); }
  const std::string& file() const { return file_; }
  // "file:line:column", or "file" for a value that stands in no file.
  std::string Locate(Position at) const;
  // OK, or kInvalidArgument with one line per error in the order of the file.
  base::Status ToStatus() const;

 private:
  struct Error {
    Position at;
    std::string message;
  };
  std::string file_;
  std::vector<Error> errors_;
  std::vector<std::string> whole_;
  size_t dropped_ = 0;
};

}  // namespace sb::config
