// SPDX-License-Identifier: Apache-2.0
//
// Replies of Grafana's API. Private to this module.
#pragma once

#include <string>
#include <string_view>

#include "alert/provisioning/alerting_store.h"
#include "base/status.h"
#include "config/node.h"
#include "net/http_message.h"
#include "net/response_writer.h"

namespace sb::provisioning {

void SendJson(net::ResponseWriter& writer, int status, const config::Node& node);
// {"message": "…"}
void SendMessage(net::ResponseWriter& writer, int status, std::string_view message);
void SendProblem(net::ResponseWriter& writer, const base::Status& status);
// "api", or "" when the client asks not to be noted.
std::string ProvenanceOf(const net::HttpRequest& request);
// The body as a JSON object.
base::Result<config::NodePtr> ReadBody(const net::HttpRequest& request);
// The document with its provenance.
config::NodePtr Shown(const Document& document);
// kPermissionDenied for what a file holds.
base::Status CheckWritable(const Document& document);

}  // namespace sb::provisioning
