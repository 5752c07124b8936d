// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/exposition_parser.h"

#include "wire/prometheus/openmetrics_parser.h"
#include "wire/prometheus/proto_parser.h"
#include "wire/prometheus/text_parser.h"

namespace sb::wire {

std::unique_ptr<ExpositionParser> NewExpositionParser(ExpositionFormat format,
                                                      std::string_view body,
                                                      const ExpositionOptions& options) {
  switch (format) {
    case ExpositionFormat::kOpenMetrics:
      return std::make_unique<OpenMetricsParser>(body, options);
    case ExpositionFormat::kProtobuf:
      return std::make_unique<ProtoParser>(body, options);
    case ExpositionFormat::kText:
      break;
  }
  return std::make_unique<TextParser>(body);
}

}  // namespace sb::wire
