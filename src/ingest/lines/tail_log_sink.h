// SPDX-License-Identifier: Apache-2.0
//
// TailLogSink stores the lines that Signalbox follows by itself. Their stream labels are those of
// the source's configuration, `filename`, what a Kubernetes path says (namespace, pod, container),
// and `stream` (stdout, stderr).
//
// Threads: as collect/tail.
#pragma once

#include <string_view>
#include <vector>

#include "collect/tail/tail_source.h"
#include "ingest/pipeline/log_writer.h"

namespace sb::ingest {

class TailLogSink final : public collect::TailSink {
 public:
  // `writer` must outlive the sink.
  TailLogSink(LogWriter* writer, std::vector<collect::TailSource> sources)
      : writer_(writer), sources_(std::move(sources)) {}

  base::Status Write(const collect::TailBatch& batch) override;
  void OnFileGone(std::string_view path) override;

 private:
  LogWriter* const writer_;
  const std::vector<collect::TailSource> sources_;
};

}  // namespace sb::ingest
