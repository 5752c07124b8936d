// SPDX-License-Identifier: Apache-2.0
#include "signalbox/database.h"

#include "convention_parts.h"

namespace signalbox {

namespace {

// What span and measurement have in common.
Attributes CommonAttributes(const DatabaseFacts& facts, const DatabaseStatement& statement) {
  Attributes out = {{"db.system.name", facts.system}};
  AddText(out, "db.namespace", facts.name_space);
  AddText(out, "db.operation.name", statement.operation);
  AddText(out, "db.collection.name", statement.collection);
  AddText(out, "db.query.summary", statement.summary);
  AddText(out, "server.address", facts.server_address);
  if (facts.server_port != 0) {
    out.emplace_back("server.port", facts.server_port);
  }
  return out;
}

Attributes SpanAttributes(const DatabaseFacts& facts, const DatabaseStatement& statement) {
  Attributes out = CommonAttributes(facts, statement);
  AddText(out, "db.query.text", statement.text);
  if (statement.batch_size > 1) {
    out.emplace_back("db.operation.batch.size", statement.batch_size);
  }
  return out;
}

std::string NameOf(const DatabaseFacts& facts, const DatabaseStatement& statement) {
  if (!statement.summary.empty()) {
    return statement.summary;
  }
  return statement.operation.empty() ? facts.system : statement.operation;
}

}  // namespace

DatabaseClient::DatabaseClient(Tracer tracer, const Meter& meter, DatabaseFacts facts)
    : tracer_(std::move(tracer)),
      duration_(meter.CreateHistogram("db.client.operation.duration",
                                      {.unit = "s",
                                       .description = "Duration of calls to databases.",
                                       .buckets = {0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10}})),
      facts_(std::move(facts)) {}

DatabaseCall::DatabaseCall(const DatabaseClient& client, DatabaseStatement statement)
    : client_(client),
      statement_(std::move(statement)),
      span_(client.tracer_, NameOf(client.facts_, statement_),
            {.kind = SpanKind::kClient, .attributes = SpanAttributes(client.facts_, statement_)}) {}

DatabaseCall::~DatabaseCall() {
  Attributes of_value = CommonAttributes(client_.facts_, statement_);
  AddText(of_value, "error.type", error_type_);
  client_.duration_.Record(SecondsSince(start_), of_value);
}

void DatabaseCall::Failed(std::string_view code, std::string_view message) {
  error_type_ = code.empty() ? "_OTHER" : code;
  span_->Set("error.type", error_type_);
  if (!code.empty()) {
    span_->Set("db.response.status_code", code);
  }
  span_->RecordError(message, error_type_);
}

}  // namespace signalbox
