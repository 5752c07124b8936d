// SPDX-License-Identifier: Apache-2.0
#include "collect/tail/testing/captured_tail.h"

namespace sb::collect {

base::Status CapturedTail::Write(const TailBatch& batch) {
  const Behaviour what = behaviour ? behaviour() : Behaviour::kTake;
  if (what == Behaviour::kRefuse) {
    return base::Unavailable("refused by the test");
  }
  paths.emplace_back(batch.path);
  for (const TailLine& line : *batch.lines) {
    if (rows_.emplace(std::string(batch.path), line.time_ns, line.text).second) {
      lines.push_back(line);
    } else {
      ++repeated;
    }
  }
  return what == Behaviour::kTake ? base::OkStatus() : base::Unavailable("failed by the test");
}

std::vector<std::string> CapturedTail::Texts() const {
  std::vector<std::string> texts;
  for (const TailLine& line : lines) {
    texts.push_back(line.text);
  }
  return texts;
}

}  // namespace sb::collect
