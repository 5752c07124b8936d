// SPDX-License-Identifier: Apache-2.0
#include "query/traceql/aliases.h"

namespace sb::traceql {
namespace {

struct Pair {
  std::string_view old_name;
  std::string_view new_name;
};
constexpr Pair kPairs[] = {
    {"http.method", "http.request.method"},
    {"http.status_code", "http.response.status_code"},
    {"http.url", "url.full"},
    {"http.target", "url.path"},
    {"http.scheme", "url.scheme"},
    {"http.user_agent", "user_agent.original"},
    {"http.client_ip", "client.address"},
    {"http.request_content_length", "http.request.body.size"},
    {"http.response_content_length", "http.response.body.size"},
    {"http.host", "server.address"},
    {"net.peer.name", "server.address"},
    {"net.peer.port", "server.port"},
    {"net.peer.ip", "network.peer.address"},
    {"net.host.ip", "network.local.address"},
    {"net.protocol.name", "network.protocol.name"},
    {"net.protocol.version", "network.protocol.version"},
    {"http.flavor", "network.protocol.version"},
    {"db.system", "db.system.name"},
    {"db.statement", "db.query.text"},
    {"db.name", "db.namespace"},
    {"db.operation", "db.operation.name"},
    {"db.sql.table", "db.collection.name"},
    {"db.mongodb.collection", "db.collection.name"},
    {"messaging.destination", "messaging.destination.name"},
    {"messaging.operation", "messaging.operation.type"},
    {"messaging.message_id", "messaging.message.id"},
    {"messaging.conversation_id", "messaging.message.conversation_id"},
    {"messaging.kafka.partition", "messaging.destination.partition.id"},
    {"messaging.kafka.destination.partition", "messaging.destination.partition.id"},
    {"messaging.kafka.consumer_group", "messaging.consumer.group.name"},
    {"messaging.kafka.consumer.group", "messaging.consumer.group.name"},
    {"messaging.kafka.message.offset", "messaging.kafka.offset"},
    {"rpc.grpc.status_code", "rpc.response.status_code"},
    {"deployment.environment", "deployment.environment.name"},
    {"faas.id", "cloud.resource_id"},
};

}  // namespace

std::vector<std::string_view> Aliases(std::string_view name) {
  std::vector<std::string_view> out;
  for (const Pair& pair : kPairs) {
    if (pair.old_name == name) {
      out.push_back(pair.new_name);
    } else if (pair.new_name == name) {
      out.push_back(pair.old_name);
    }
  }
  return out;
}

}  // namespace sb::traceql
