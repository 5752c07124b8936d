// SPDX-License-Identifier: Apache-2.0
//
// ProbePart answers GET /probe on port 3000 as blackbox_exporter does, so that scrape
// configurations with relabelling work when they point here. Probes run on threads of their own:
// one that waits for its timeout holds up neither queries nor ingest.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/task_runner.h"
#include "collect/probe/probe_endpoint.h"
#include "server/part.h"

namespace sb::server {

class ProbePart final : public Part {
 public:
  explicit ProbePart(const PartContext& context);

  base::Status Prepare(const PartConfig& config) override;
  void Commit() override;
  void AddRoutes(std::string_view door, net::Router* router) override;
  void Stop() override;

 private:
  const PartContext context_;
  base::ThreadPool pool_;
  probe::ProbeEndpoint endpoint_;
  std::shared_ptr<const probe::ProbeEndpoint::Settings> prepared_;
};

}  // namespace sb::server
