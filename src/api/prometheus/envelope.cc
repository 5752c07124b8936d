// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/envelope.h"

#include "api/http/json_writer.h"
#include "query/engine/query_context.h"

namespace sb::api {

namespace {

struct ErrorRow {
  std::string_view name;
  int http_status;
};

ErrorRow RowOf(ErrorType type) {
  switch (type) {
    case ErrorType::kBadData:
      return {"bad_data", 400};
    case ErrorType::kExecution:
      return {"execution", 422};
    case ErrorType::kCanceled:
      return {"canceled", 499};
    case ErrorType::kTimeout:
      return {"timeout", 503};
    case ErrorType::kUnavailable:
      return {"unavailable", 503};
    case ErrorType::kInternal:
      return {"internal", 500};
    case ErrorType::kNotFound:
      return {"not_found", 404};
    case ErrorType::kNotAcceptable:
      return {"not_acceptable", 406};
  }
  return {"internal", 500};
}

ErrorType TypeOf(base::StatusCode code) {
  using base::StatusCode;
  switch (code) {
    case StatusCode::kInvalidArgument:
    case StatusCode::kOutOfRange:
    case StatusCode::kFailedPrecondition:
    case StatusCode::kAlreadyExists:
      return ErrorType::kBadData;
    case StatusCode::kNotFound:
      return ErrorType::kNotFound;
    case StatusCode::kCancelled:
      return ErrorType::kCanceled;
    case StatusCode::kDeadlineExceeded:
      return ErrorType::kTimeout;
    case StatusCode::kResourceExhausted:
      return ErrorType::kExecution;
    case StatusCode::kUnavailable:
      return ErrorType::kUnavailable;
    default:
      return ErrorType::kInternal;
  }
}

void WriteTexts(std::string_view key, const std::vector<std::string>& texts, JsonWriter* json) {
  if (texts.empty()) {
    return;
  }
  json->Key(key).BeginArray();
  for (const std::string& text : texts) {
    json->String(text);
  }
  json->EndArray();
}

}  // namespace

std::string SuccessBody(const std::function<void(JsonWriter*)>& write_data, const Notes& notes) {
  JsonWriter json;
  json.BeginObject().Key("status").String("success");
  json.Key("data");
  write_data(&json);
  WriteTexts("warnings", notes.warnings, &json);
  WriteTexts("infos", notes.infos, &json);
  json.EndObject();
  return std::move(json).Take();
}

void SendSuccess(net::ResponseWriter& writer, std::string_view data, const Notes& notes) {
  JsonWriter json;
  json.buffer().reserve(data.size() + 64);
  json.BeginObject().Key("status").String("success");
  if (!data.empty()) {
    json.Key("data").Raw(data);
  }
  WriteTexts("warnings", notes.warnings, &json);
  WriteTexts("infos", notes.infos, &json);
  json.EndObject();
  writer.Send(net::HttpResponse(200, std::move(json).Take(), "application/json"));
}

net::HttpResponse ErrorResponse(ErrorType type, std::string_view message) {
  const ErrorRow row = RowOf(type);
  JsonWriter json;
  json.BeginObject().Key("status").String("error");
  json.Key("errorType").String(row.name).Key("error").String(message).EndObject();
  return net::HttpResponse(row.http_status, std::move(json).Take(), "application/json");
}

void SendError(net::ResponseWriter& writer, ErrorType type, std::string_view message) {
  writer.Send(ErrorResponse(type, message));
}

void SendError(net::ResponseWriter& writer, const base::Status& status) {
  SendError(writer, TypeOf(status.code()), status.message());
}

net::HttpResponse QueryErrorResponse(const base::Status& status) {
  const auto of_type = [&](ErrorType type) { return ErrorResponse(type, status.message()); };
  switch (query::ErrorKindOf(status)) {
    case query::ErrorKind::kBadData:
      return of_type(ErrorType::kBadData);
    case query::ErrorKind::kExecution:
      return of_type(ErrorType::kExecution);
    case query::ErrorKind::kCanceled:
      return of_type(ErrorType::kCanceled);
    case query::ErrorKind::kTimeout:
      return of_type(ErrorType::kTimeout);
    case query::ErrorKind::kUnavailable:
      return of_type(ErrorType::kUnavailable);
    case query::ErrorKind::kInternal:
      break;
  }
  return of_type(ErrorType::kInternal);
}

void SendQueryError(net::ResponseWriter& writer, const base::Status& status) {
  writer.Send(QueryErrorResponse(status));
}

}  // namespace sb::api
