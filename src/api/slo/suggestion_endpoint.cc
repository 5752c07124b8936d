// SPDX-License-Identifier: Apache-2.0
#include "api/http/json_writer.h"
#include "api/prometheus/envelope.h"
#include "api/slo/slo_api.h"
#include "config/json_writer.h"
#include "config/yaml_writer.h"
#include "slo/slo_suggestions.h"

namespace sb::api {
namespace {

const char* KindName(slo::SubjectKind kind) {
  switch (kind) {
    case slo::SubjectKind::kJourney:
      return "journey";
    case slo::SubjectKind::kService:
      return "service";
    case slo::SubjectKind::kEndpoint:
      break;
  }
  return "endpoint";
}

void WriteOffer(const slo::SloOffer& offer, JsonWriter* json) {
  json->BeginObject().Key("sli").Double(offer.sli).Key("kept").Bool(offer.kept);
  json->Key("objective").Double(offer.spec.objective).Key("covered").String(offer.covered);
  json->Key("spec").Raw(config::WriteJson(*config::Codec<slo::NativeSlo>::Write(offer.spec)));
  json->Key("source").String(
      config::WriteYaml(*config::Codec<slo::NativeFile>::Write({{offer.spec}})));
  json->EndObject();
}

void WriteSubject(const slo::SloSubject& subject, JsonWriter* json) {
  json->BeginObject().Key("kind").String(KindName(subject.kind));
  json->Key("service").String(subject.service).Key("journey").String(subject.journey);
  json->Key("operation").String(subject.operation).Key("metric").String(subject.metric);
  json->Key("calls").Double(subject.calls).Key("errors").Double(subject.errors);
  json->Key("days").Int(subject.days).Key("availability");
  WriteOffer(subject.availability, json);
  json->Key("latency");
  if (subject.latency) {
    WriteOffer(*subject.latency, json);
  } else {
    json->Null();
  }
  json->Key("bounds").BeginArray();
  for (const slo::LatencyBound& bound : subject.bounds) {
    json->BeginObject().Key("thresholdMs").Int(bound.threshold.Value());
    json->Key("share").Double(bound.share).EndObject();
  }
  json->EndArray().EndObject();
}

}  // namespace

void SloApi::Suggest(const Request& request, Writer& writer) const {
  slo::SuggestionOptions options;
  options.service = request.query.Get("service");
  const auto subjects = slo::SuggestSlos(with_.slos.measuring(), with_.slos.Objectives(), options);
  if (!subjects.ok()) {
    return SendQueryError(writer, subjects.status());
  }
  JsonWriter json;
  json.BeginObject().Key("days").Int(options.days).Key("suggestions").BeginArray();
  for (const slo::SloSubject& subject : *subjects) {
    WriteSubject(subject, &json);
  }
  json.EndArray().EndObject();
  SendSuccess(writer, std::move(json).Take());
}

}  // namespace sb::api
