// SPDX-License-Identifier: Apache-2.0
#include "server/logs_section.h"

#include <re2/re2.h>

#include "discovery/http_client_yaml.h"

namespace sb::server {
namespace {

using config::OptionTable;
using config::Reload;

void CheckTail(const config::Node& node, LogTailSection* tail, config::ErrorList& errors) {
  if (tail->paths.empty()) {
    errors.Add(node, "an entry of logs.tail needs `paths`");
  }
  if (tail->format != "auto" && tail->format != "raw" && tail->format != "docker" &&
      tail->format != "cri") {
    errors.Add(node, "format is auto, raw, docker or cri, not: " + tail->format);
  }
  const re2::RE2 start(tail->multiline_start, re2::RE2::Quiet);
  if (!start.ok()) {
    errors.Add(node, "multiline_start: " + start.error() + ": " + tail->multiline_start);
  }
}

void CheckSyslog(const config::Node& node, LogSyslogSection* syslog, config::ErrorList& errors) {
  const bool is_tls = syslog->listen.starts_with("tls://");
  if (!is_tls && !syslog->listen.starts_with("tcp://") && !syslog->listen.starts_with("udp://")) {
    errors.Add(node, "listen is tcp://HOST:PORT, udp://HOST:PORT or tls://HOST:PORT, not: " +
                         syslog->listen);
  }
  if (is_tls && (syslog->cert_file.empty() || syslog->key_file.empty())) {
    errors.Add(node, "tls:// needs cert_file and key_file");
  }
}

void CheckKubernetes(const config::Node& node, LogKubernetesSection* section,
                     config::ErrorList& errors) {
  if (!section->api.empty()) {
    if (const base::Status status = discovery::CheckHttpUrl(section->api); !status.ok()) {
      errors.Add(node, "api: " + std::string(status.message()));
    }
  }
  discovery::CheckHttpClient(node, &section->http, errors);
}

}  // namespace

const OptionTable<LogTailSection>& OptionsOf(const LogTailSection*) {
  static const auto table =
      OptionTable<LogTailSection>("logs.tail")
          .Add("paths", &LogTailSection::paths,
               {.sentence = "Files to follow (globs), such as /var/log/containers/*.log."})
          .Add("exclude", &LogTailSection::exclude,
               {.sentence = "Files to leave out: globs of paths or of file names."})
          .Add("labels", &LogTailSection::labels,
               {.sentence = "Stream labels of their lines, beside filename, or namespace, pod, "
                            "container and stream."})
          .Add("format", &LogTailSection::format,
               {.sentence = "What the container runtime wrapped around a line: auto, raw, docker, "
                            "cri.",
                .default_text = "auto"})
          .Add("read_from_head", &LogTailSection::read_from_head,
               {.sentence = "At the very first start read files from their beginning.",
                .default_text = "true"})
          .Add("multiline_start", &LogTailSection::multiline_start,
               {.sentence = "A line that this expression finds begins a record; the others belong "
                            "to the record before. Empty: a line is a record."})
          .Add("multiline_lines_max", &LogTailSection::multiline_lines_max,
               {.sentence = "Lines of one record at most.", .default_text = "500", .min = 1})
          .Add("flush_after", &LogTailSection::flush_after,
               {.sentence = "A record that got no more lines for so long is complete.",
                .default_text = "3s"})
          .Check(&CheckTail);
  return table;
}

const OptionTable<LogSyslogSection>& OptionsOf(const LogSyslogSection*) {
  static const auto table =
      OptionTable<LogSyslogSection>("logs.syslog")
          .Add("listen", &LogSyslogSection::listen,
               {.sentence = "Where to listen: tcp://HOST:PORT, udp://HOST:PORT, tls://HOST:PORT."})
          .Add("labels", &LogSyslogSection::labels,
               {.sentence = "Stream labels, beside job, host, app and facility."})
          .Add("cert_file", &LogSyslogSection::cert_file, {.sentence = "PEM, with tls://."})
          .Add("key_file", &LogSyslogSection::key_file, {.sentence = "PEM, with tls://."})
          .Add("client_ca_file", &LogSyslogSection::client_ca_file,
               {.sentence = "With tls://: clients must show a certificate signed by one of these."})
          .Check(&CheckSyslog);
  return table;
}

const OptionTable<LogKubernetesSection>& OptionsOf(const LogKubernetesSection*) {
  static const auto table =
      OptionTable<LogKubernetesSection>("logs.kubernetes")
          .Add("enabled", &LogKubernetesSection::enabled,
               {.sentence = "Asks the Kubernetes API about the pods whose logs are followed.",
                .default_text = "false"})
          .Add("api", &LogKubernetesSection::api,
               {.sentence = "URL of the API server. Empty: the cluster's own, with the pod's "
                            "service account (token and CA file)."})
          .Add("node", &LogKubernetesSection::node,
               {.sentence = "Name of the node that Signalbox runs on: its pods are listed at once "
                            "instead of one by one."})
          .Add("pod_labels", &LogKubernetesSection::pod_labels,
               {.sentence = "Lines get the pod's labels as structured metadata pod_label_<name>.",
                .default_text = "true"})
          .Add("annotations", &LogKubernetesSection::annotations,
               {.sentence = "Annotations that lines get as pod_annotation_<name>."})
          .Add("refresh", &LogKubernetesSection::refresh,
               {.sentence = "How old what is known of a pod may be.", .default_text = "5m"})
          .Add("timeout", &LogKubernetesSection::timeout,
               {.sentence = "How long the lines of a new pod wait for the API at most.",
                .default_text = "3s"})
          .Inline(&LogKubernetesSection::http,
                  net::OptionsOf(static_cast<const net::HttpClientConfig*>(nullptr)))
          .Check(&CheckKubernetes);
  return table;
}

const OptionTable<LogsSection>& OptionsOf(const LogsSection*) {
  static const auto table =
      OptionTable<LogsSection>("logs")
          .Add("tail", &LogsSection::tail,
               {.sentence = "Files that Signalbox follows by itself.",
                .reload = Reload::kAfterRestart})
          .Add("tail_interval", &LogsSection::tail_interval,
               {.sentence = "How often files are looked at.",
                .default_text = "250ms",
                .reload = Reload::kAfterRestart})
          .Add("kubernetes", &LogsSection::kubernetes,
               {.sentence = "What the Kubernetes API says about followed pods.",
                .reload = Reload::kAfterRestart})
          .Add("syslog", &LogsSection::syslog,
               {.sentence = "Where syslog messages are taken.", .reload = Reload::kAfterRestart})
          .Add("pipeline", &LogsSection::pipeline,
               {.sentence = "Stages that every log record passes before it is stored, in order."})
          .Add("discover_service_name", &LogsSection::discover_service_name,
               {.sentence = "Gives streams a service_name from the label that names it.",
                .default_text = "true"})
          .Add("detect_levels", &LogsSection::detect_levels,
               {.sentence = "Adds detected_level to every record.", .default_text = "true"})
          .Add("detect_trace_ids", &LogsSection::detect_trace_ids,
               {.sentence = "Finds the trace and span of a record in its fields and text.",
                .default_text = "true"})
          .Add("line_bytes_max", &LogsSection::line_bytes_max,
               {.sentence = "A longer line is cut, and counted.", .default_text = "4MB"})
          .Add("delete_cancel_period", &LogsSection::delete_cancel_period,
               {.sentence = "How long a delete request can be taken back. Its lines are hidden at "
                            "once and deleted after this; 0s deletes at once.",
                .default_text = "1d",
                .min = 0});
  return table;
}

}  // namespace sb::server
