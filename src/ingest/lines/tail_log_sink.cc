// SPDX-License-Identifier: Apache-2.0
#include "ingest/lines/tail_log_sink.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "collect/tail/kubernetes_path.h"

namespace sb::ingest {
namespace {

// As Loki's clients make labels of such names: app.kubernetes.io/name -> app_kubernetes_io_name.
std::string FieldName(std::string_view prefix, std::string_view name) {
  std::string out(prefix);
  for (const char c : name) {
    const bool keep = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    out.push_back(keep ? c : '_');
  }
  return out;
}

void AddUnlessThere(std::string_view name, std::string_view value, std::vector<LogField>* labels) {
  const bool is_there = std::any_of(labels->begin(), labels->end(),
                                    [name](const LogField& label) { return label.name == name; });
  if (!is_there && !value.empty()) {
    labels->push_back({name, value});
  }
}

}  // namespace

const TailLogSink::PodFields* TailLogSink::FieldsOf(std::string_view ns, std::string_view pod) {
  if (pods_ == nullptr) {
    return nullptr;
  }
  std::shared_ptr<const collect::PodFacts> facts = pods_->Find(ns, pod);
  if (facts == nullptr) {
    return nullptr;
  }
  if (facts == last_.facts) {
    return &last_;
  }
  last_ = PodFields();
  last_.labels = {{"app", std::string(facts->App())}, {"node", facts->node}};
  const auto add = [this](std::string name, std::string_view value) {
    if (!value.empty()) {
      last_.metadata.emplace_back(std::move(name), value);
    }
  };
  add("pod_uid", facts->uid);
  add("owner_kind", facts->owner_kind);
  add("owner_name", facts->owner_name);
  if (pod_options_.labels) {
    for (const auto& [name, value] : facts->labels) {
      add(FieldName("pod_label_", name), value);
    }
  }
  for (const std::string& name : pod_options_.annotations) {
    add(FieldName("pod_annotation_", name), facts->Annotation(name));
  }
  last_.facts = std::move(facts);
  return &last_;
}

base::Status TailLogSink::Write(const collect::TailBatch& batch) {
  std::vector<LogField> labels;
  LogRecordView record;
  for (const auto& [name, value] : sources_[batch.source].labels) {
    labels.push_back({name, value});
  }
  const auto names = collect::ParseKubernetesPath(batch.path);
  if (names.has_value()) {
    labels.push_back({"namespace", names->ns});
    labels.push_back({"pod", names->pod});
    labels.push_back({"container", names->container});
    if (const PodFields* pod = FieldsOf(names->ns, names->pod); pod != nullptr) {
      for (const auto& [name, value] : pod->labels) {
        AddUnlessThere(name, value, &labels);
      }
      for (const auto& [name, value] : pod->metadata) {
        record.metadata.push_back({name, value});
      }
    }
  } else {
    labels.push_back({"filename", batch.path});
  }
  LogBatch out = writer_->NewBatch();
  std::optional<LogBatch::StreamId> streams[3];
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
