// SPDX-License-Identifier: Apache-2.0
//
// TailLogSink stores the lines that Signalbox follows by itself. Their stream labels are those of
// the source's configuration, `filename`, what a Kubernetes path says (namespace, pod, container),
// and `stream` (stdout, stderr). With a PodLookup the pod's `app` and `node` are stream labels, too
// (unless the configuration gives them), and structured metadata says the rest: pod_uid,
// owner_kind, owner_name, pod_label_<name>, and pod_annotation_<name> of the annotations that were
// asked for.
//
// Threads: as collect/tail.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collect/kubernetes/pod_directory.h"
#include "collect/tail/tail_source.h"
#include "ingest/pipeline/log_writer.h"

namespace sb::ingest {

struct PodFieldOptions {
  bool labels = true;                    // as metadata
  std::vector<std::string> annotations;  // names
};

class TailLogSink final : public collect::TailSink {
 public:
  // `writer` must outlive the sink.
  TailLogSink(LogWriter* writer, std::vector<collect::TailSource> sources)
      : writer_(writer), sources_(std::move(sources)) {}

  base::Status Write(const collect::TailBatch& batch) override;
  void OnFileGone(std::string_view path) override;
  // `pods` outlives the sink; null: only what the path says. Before the first Write.
  void UsePods(collect::PodLookup* pods, PodFieldOptions options) {
    pods_ = pods;
    pod_options_ = std::move(options);
  }

 private:
  // What the API says about the pod, remembered until it says something else.
  struct PodFields {
    std::shared_ptr<const collect::PodFacts> facts;
    std::vector<std::pair<std::string, std::string>> labels;
    std::vector<std::pair<std::string, std::string>> metadata;
  };
  const PodFields* FieldsOf(std::string_view ns, std::string_view pod);

  LogWriter* const writer_;
  const std::vector<collect::TailSource> sources_;
  collect::PodLookup* pods_ = nullptr;
  PodFieldOptions pod_options_;
  PodFields last_;  // files are written one after another: mostly the same pod
};

}  // namespace sb::ingest
