// SPDX-License-Identifier: Apache-2.0
//
// OtlpLogsEndpoint takes ExportLogsServiceRequest into the events store as Loki would: some
// resource attributes become stream labels (dots as '_'), everything else (other resource
// attributes, the scope, severity, ids, flags, attributes) structured metadata, maps flattened with
// '_'; a field of the record wins over an attribute of the same name, a record's attribute over the
// scope's, that over the resource's. A record without time has its observed time, or that of its
// arrival. A body that is no string is its JSON.
//
// Malformed records are refused one by one and counted; see otlp_endpoint.h for outcomes.
// Threads: safe for concurrent use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/env.h"
#include "base/instruments.h"
#include "ingest/otlp/otlp_endpoint.h"
#include "ingest/pipeline/log_writer.h"

namespace sb::ingest {

struct OtlpLogsOptions {
  // Resource attributes that are stream labels.
  std::vector<std::string> label_attributes = {"service.name",
                                               "service.namespace",
                                               "service.instance.id",
                                               "deployment.environment",
                                               "deployment.environment.name",
                                               "cloud.region",
                                               "cloud.availability_zone",
                                               "container.name",
                                               "k8s.cluster.name",
                                               "k8s.namespace.name",
                                               "k8s.pod.name",
                                               "k8s.container.name",
                                               "k8s.replicaset.name",
                                               "k8s.deployment.name",
                                               "k8s.statefulset.name",
                                               "k8s.daemonset.name",
                                               "k8s.cronjob.name",
                                               "k8s.job.name"};
  bool severity_text_as_label = false;
};

class OtlpLogsEndpoint final : public OtlpEndpoint {
 public:
  // All must outlive the endpoint.
  OtlpLogsEndpoint(LogWriter* writer, base::Env* env, base::Registry* registry,
                   OtlpLogsOptions options = {});

  OtlpOutcome Export(wire::OtlpEncoding encoding, std::string_view body) override;

 private:
  LogWriter* const writer_;
  base::Env* const env_;
  base::Counter* const requests_;
  const OtlpLogsOptions options_;
};

// An attribute's key as a label name: what is no letter, digit or '_' becomes '_', a leading digit
// gets one in front.
std::string OtlpLabelName(std::string_view key);

}  // namespace sb::ingest
