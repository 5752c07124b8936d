// SPDX-License-Identifier: Apache-2.0
#include "api/prometheus/value_json.h"

#include "api/http/number_format.h"
#include "model/histogram_buckets.h"

namespace sb::api {

namespace {

void AppendQuotedValue(double value, std::string* out) {
  out->push_back('"');
  AppendSampleValue(value, out);
  out->push_back('"');
}

// [1435781430.781,"1"]
void AppendPoint(int64_t time_ms, double value, std::string* out) {
  out->push_back('[');
  AppendTimestamp(time_ms, out);
  out->push_back(',');
  AppendQuotedValue(value, out);
  out->push_back(']');
}

// Which ends belong to the bucket, in the numbering of the API.
char BoundaryRule(const model::Bucket& bucket) {
  if (bucket.lower_inclusive) {
    return bucket.upper_inclusive ? '3' : '1';
  }
  return bucket.upper_inclusive ? '0' : '2';
}

void WriteHistogramPoint(int64_t time_ms, const model::Histogram& histogram, JsonWriter* json) {
  json->BeginArray();
  json->Element();
  AppendTimestamp(time_ms, &json->buffer());
  WriteHistogram(histogram, json);
  json->EndArray();
}

void WriteVector(const query::InstantVector& vector, JsonWriter* json) {
  json->BeginArray();
  for (const query::VectorElement& element : vector) {
    json->BeginObject().Key("metric");
    WriteLabels(element.labels, json);
    if (element.histogram != nullptr) {
      json->Key("histogram");
      WriteHistogramPoint(element.time_ms, *element.histogram, json);
    } else {
      json->Key("value");
      json->Element();
      AppendPoint(element.time_ms, element.value, &json->buffer());
    }
    json->EndObject();
  }
  json->EndArray();
}

void WriteSeries(const query::MatrixSeries& series, JsonWriter* json) {
  json->BeginObject().Key("metric");
  WriteLabels(series.labels, json);
  if (!series.floats.empty()) {
    json->Key("values").BeginArray();
    for (const query::FloatPoint& point : series.floats) {
      json->Element();
      AppendPoint(point.time_ms, point.value, &json->buffer());
    }
    json->EndArray();
  }
  if (!series.histograms.empty()) {
    json->Key("histograms").BeginArray();
    for (const query::HistogramPoint& point : series.histograms) {
      WriteHistogramPoint(point.time_ms, *point.histogram, json);
    }
    json->EndArray();
  }
  json->EndObject();
}

}  // namespace

void WriteLabels(const model::LabelSet& labels, JsonWriter* json) {
  json->BeginObject();
  for (const model::Label& label : labels) {
    json->Key(label.name).String(label.value);
  }
  json->EndObject();
}

void WriteHistogram(const model::Histogram& histogram, JsonWriter* json) {
  json->BeginObject().Key("count");
  json->Element();
  AppendQuotedValue(histogram.count, &json->buffer());
  json->Key("sum");
  json->Element();
  AppendQuotedValue(histogram.sum, &json->buffer());
  bool any = false;
  for (const model::Bucket& bucket : model::AllBuckets(histogram)) {
    if (bucket.count == 0) {
      continue;
    }
    if (!any) {
      json->Key("buckets").BeginArray();
      any = true;
    }
    json->Element();
    std::string& out = json->buffer();
    out.push_back('[');
    out.push_back(BoundaryRule(bucket));
    for (const double number : {bucket.lower, bucket.upper, bucket.count}) {
      out.push_back(',');
      AppendQuotedValue(number, &out);
    }
    out.push_back(']');
  }
  if (any) {
    json->EndArray();
  }
  json->EndObject();
}

void WriteQueryValue(const query::QueryValue& value, JsonWriter* json) {
  json->Key("resultType").String(query::QueryValueTypeName(value)).Key("result");
  if (const auto* scalar = std::get_if<query::ScalarValue>(&value)) {
    json->Element();
    AppendPoint(scalar->time_ms, scalar->value, &json->buffer());
  } else if (const auto* text = std::get_if<query::StringValue>(&value)) {
    json->BeginArray();
    json->Element();
    AppendTimestamp(text->time_ms, &json->buffer());
    json->String(text->value).EndArray();
  } else if (const auto* vector = std::get_if<query::InstantVector>(&value)) {
    WriteVector(*vector, json);
  } else {
    json->BeginArray();
    for (const query::MatrixSeries& series : std::get<query::Matrix>(value)) {
      WriteSeries(series, json);
    }
    json->EndArray();
  }
}

void WriteExemplars(const std::vector<store::ExemplarSeries>& series, JsonWriter* json) {
  json->BeginArray();
  for (const store::ExemplarSeries& one : series) {
    json->BeginObject().Key("seriesLabels");
    WriteLabels(one.labels, json);
    json->Key("exemplars").BeginArray();
    for (const model::Exemplar& exemplar : one.exemplars) {
      json->BeginObject().Key("labels");
      WriteLabels(exemplar.labels, json);
      json->Key("value");
      json->Element();
      AppendQuotedValue(exemplar.value, &json->buffer());
      json->Key("timestamp");
      json->Element();
      AppendTimestamp(exemplar.time_ms, &json->buffer());
      json->EndObject();
    }
    json->EndArray().EndObject();
  }
  json->EndArray();
}

}  // namespace sb::api
