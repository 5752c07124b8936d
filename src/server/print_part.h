// SPDX-License-Identifier: Apache-2.0
//
// PrintPart answers with dashboards as PDF and panels as SVG (api/print) on port 3000. The threads
// that wait for the renderer's processes are its own: a dashboard that takes a minute holds up
// nothing.
#pragma once

#include <string_view>

#include "api/print/print_api.h"
#include "base/task_runner.h"
#include "server/part.h"

namespace sb::server {

class PrintPart final : public Part {
 public:
  explicit PrintPart(const PartContext& context);

  void AddRoutes(std::string_view door, net::Router* router) override;
  void Stop() override;

 private:
  // doors.json says where port 3000 is; "" before it is written.
  static std::string OwnUrl(const PartContext& context);

  base::ThreadPool pool_;
  print::PrintApi api_;
};

}  // namespace sb::server
