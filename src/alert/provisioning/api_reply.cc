// SPDX-License-Identifier: Apache-2.0
#include "alert/provisioning/api_reply.h"

#include "alert/provisioning/node_read.h"
#include "config/json_reader.h"
#include "config/json_writer.h"

namespace sb::provisioning {

void SendJson(net::ResponseWriter& writer, int status, const config::Node& node) {
  writer.Send(net::HttpResponse(status, config::WriteJson(node), "application/json"));
}

void SendMessage(net::ResponseWriter& writer, int status, std::string_view message) {
  SendJson(writer, status,
           *config::MakeMapping({{"message", config::MakeString(std::string(message))}}));
}

void SendProblem(net::ResponseWriter& writer, const base::Status& status) {
  switch (status.code()) {
    case base::StatusCode::kNotFound:
      return SendMessage(writer, 404, status.message());
    case base::StatusCode::kInvalidArgument:
      return SendMessage(writer, 400, status.message());
    case base::StatusCode::kPermissionDenied:
      return SendMessage(writer, 403, status.message());
    case base::StatusCode::kAlreadyExists:
      return SendMessage(writer, 409, status.message());
    default:
      return SendMessage(writer, 500, status.message());
  }
}

std::string ProvenanceOf(const net::HttpRequest& request) {
  return request.headers.Has("X-Disable-Provenance") ? "" : "api";
}

base::Result<config::NodePtr> ReadBody(const net::HttpRequest& request) {
  SB_ASSIGN_OR_RETURN(config::NodePtr node, config::ParseJson(request.body, "body"));
  if (!node->IsMapping()) {
    return base::InvalidArgument("bad request data: a JSON object is expected");
  }
  return node;
}

config::NodePtr Shown(const Document& document) {
  return With(*document.body, "provenance", config::MakeString(document.provenance));
}

base::Status CheckWritable(const Document& document) {
  return document.provenance == "file"
             ? base::PermissionDenied("provisioned by a file; change the file: " + document.id)
             : base::OkStatus();
}

}  // namespace sb::provisioning
