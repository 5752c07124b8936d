// SPDX-License-Identifier: Apache-2.0
#include "server/probe_part.h"

#include <string>
#include <utility>

namespace sb::server {
namespace {

// Threads that mostly wait for peers; a probe above the queue is answered 503.
constexpr size_t kProbeThreads = 16;
constexpr size_t kProbesWaitingMax = 256;

}  // namespace

ProbePart::ProbePart(const PartContext& context)
    : context_(context),
      pool_({.name = "probe", .threads = kProbeThreads, .queue_max = kProbesWaitingMax}),
      endpoint_({context.env, context.client}, pool_) {}

base::Status ProbePart::Prepare(const PartConfig& config) {
  const ProbesSection& section = config.server.probes;
  std::string text = probe::DefaultProbeConfig();
  std::string file = "default blackbox.yml";
  if (!section.config.empty()) {
    file = section.config;
    SB_ASSIGN_OR_RETURN(text, context_.env.files().ReadFile(file));
  }
  auto settings = std::make_shared<probe::ProbeEndpoint::Settings>();
  SB_ASSIGN_OR_RETURN(settings->config, probe::ParseProbeConfig(text, file));
  if (section.allow_targets == "public") {
    settings->filter =
        std::make_shared<const net::AddressFilter>(net::AddressFilter::PublicOnly());
  }
  prepared_ = std::move(settings);
  return base::OkStatus();
}

void ProbePart::Commit() {
  endpoint_.SetSettings(std::move(prepared_));
}

void ProbePart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "listen") {
    endpoint_.AddRoutes(router);
  }
}

void ProbePart::Stop() {
  pool_.Shutdown();
}

}  // namespace sb::server
