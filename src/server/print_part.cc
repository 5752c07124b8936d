// SPDX-License-Identifier: Apache-2.0
#include "server/print_part.h"

#include <rapidjson/document.h>

#include <filesystem>
#include <string>

#include "server/server.h"

namespace sb::server {
namespace {

// Each runs a process that draws; what waits above them is answered 503.
constexpr size_t kAtOnce = 2;
constexpr size_t kWaitingMax = 8;

std::string Program() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / "signalbox-print").string();
}

}  // namespace

PrintPart::PrintPart(const PartContext& context)
    : pool_({.name = "print", .threads = kAtOnce, .queue_max = kWaitingMax}),
      api_({.program = Program(), .server_url = [context] { return OwnUrl(context); }}, context.env,
           pool_, context.registry) {}

std::string PrintPart::OwnUrl(const PartContext& context) {
  const base::Result<std::string> text =
      context.env.files().ReadFile(base::JoinPath(context.options.data_folder, "doors.json"));
  rapidjson::Document doors;
  if (!text.ok() || doors.Parse(text->data(), text->size()).HasParseError() || !doors.IsObject() ||
      !doors.HasMember("listen") || !doors["listen"].IsString()) {
    return "";
  }
  const bool tls = !context.options.config.tls.cert_file.empty();
  return (tls ? "https://" : "http://") + std::string(doors["listen"].GetString());
}

void PrintPart::AddRoutes(std::string_view door, net::Router* router) {
  if (door == "listen") {
    api_.AddRoutes(router);
  }
}

void PrintPart::Stop() {
  pool_.Shutdown();
}

}  // namespace sb::server
