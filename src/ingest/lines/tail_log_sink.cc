// SPDX-License-Identifier: Apache-2.0
#include "ingest/lines/tail_log_sink.h"

#include <optional>
#include <utility>

#include "collect/tail/kubernetes_path.h"

namespace sb::ingest {

base::Status TailLogSink::Write(const collect::TailBatch& batch) {
  std::vector<LogField> labels;
  for (const auto& [name, value] : sources_[batch.source].labels) {
    labels.push_back({name, value});
  }
  const auto names = collect::ParseKubernetesPath(batch.path);
  if (names.has_value()) {
    labels.push_back({"namespace", names->ns});
    labels.push_back({"pod", names->pod});
    labels.push_back({"container", names->container});
  } else {
    labels.push_back({"filename", batch.path});
  }
  LogBatch out = writer_->NewBatch();
  std::optional<LogBatch::StreamId> streams[3];
  LogRecordView record;
  for (const collect::TailLine& line : *batch.lines) {
    auto& stream = streams[static_cast<size_t>(line.stream)];
    if (!stream.has_value()) {
      std::vector<LogField> all = labels;
      if (line.stream != collect::OutputStream::kNone) {
        all.push_back(
            {"stream", line.stream == collect::OutputStream::kStdout ? "stdout" : "stderr"});
      }
      stream = out.Stream(std::move(all));
    }
    record.time_ns = line.time_ns;
    record.line = line.text;
    out.Add(*stream, record);
  }
  return writer_->Write(std::move(out));
}

void TailLogSink::OnFileGone(std::string_view /*path*/) {
  writer_->losses()->Add(LossReason::kLogFileGone);
}

}  // namespace sb::ingest
