// SPDX-License-Identifier: Apache-2.0
//
// Query results, label sets, exemplars and histograms as the JSON of the Prometheus HTTP API.
//
// Source: web/api/v1/json_codec.go and util/jsonutil of the reference.
#pragma once

#include "api/http/json_writer.h"
#include "model/histogram.h"
#include "model/label_set.h"
#include "query/engine/result.h"
#include "store/interface/querier.h"

namespace sb::api {

// {"__name__":"up","job":"node"}
void WriteLabels(const model::LabelSet& labels, JsonWriter* json);
// {"resultType":"matrix","result":[…]} without the braces: the two keys.
void WriteQueryValue(const query::QueryValue& value, JsonWriter* json);
// {"count":"3","sum":"6","buckets":[[0,"1","2","3"]]}
void WriteHistogram(const model::Histogram& histogram, JsonWriter* json);
// [{"seriesLabels":{},"exemplars":[{"labels":{},"value":"1","timestamp":1.5}]}]
void WriteExemplars(const std::vector<store::ExemplarSeries>& series, JsonWriter* json);

}  // namespace sb::api
