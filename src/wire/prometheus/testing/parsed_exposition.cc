// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/testing/parsed_exposition.h"

#include "wire/prometheus/float_text.h"

namespace sb::wire {
namespace {

void AppendSample(ExpositionParser* parser, std::string* line) {
  if (parser->has_time()) {
    line->append(" @").append(std::to_string(parser->time_ms()));
  }
  if (parser->StartTimeMs() != 0) {
    line->append(" st=").append(std::to_string(parser->StartTimeMs()));
  }
  model::Exemplar exemplar;
  while (parser->NextExemplar(&exemplar)) {
    line->append(" ex=").append(exemplar.labels.ToString()).append(" ");
    AppendFloatText(line, exemplar.value);
    if (exemplar.has_time) {
      line->append("@").append(std::to_string(exemplar.time_ms));
    }
  }
}

void AppendHistogram(const model::Histogram& h, std::string* line) {
  line->append(h.integer_counts ? " int" : " float");
  line->append(" schema=").append(std::to_string(h.schema)).append(" count=");
  AppendFloatText(line, h.count);
  line->append(" sum=");
  AppendFloatText(line, h.sum);
  line->append(" zero=");
  AppendFloatText(line, h.zero_count);
  line->append(" positive=[");
  for (const double count : h.positive_buckets) {
    AppendFloatText(line, count);
    line->push_back(' ');
  }
  line->append("]");
}

// False if the labels are broken.
bool AppendSeries(ExpositionParser* parser, std::string* line) {
  std::vector<model::Label> labels;
  if (!parser->ReadLabels(&labels).ok()) {
    return false;
  }
  line->append(model::LabelSet::FromLabels(labels).ToString());
  return true;
}

}  // namespace

ParsedExposition ParseAll(ExpositionFormat format, std::string_view body,
                          const ExpositionOptions& options) {
  ParsedExposition out;
  const auto parser = NewExpositionParser(format, body, options);
  for (;;) {
    std::string line;
    switch (parser->Next()) {
      case EntryKind::kType:
        line.append("type ").append(parser->metric_name()).append(" ");
        line.append(model::MetricTypeName(parser->type()));
        break;
      case EntryKind::kHelp:
        line.append("help ").append(parser->metric_name()).append(" ").append(parser->text());
        break;
      case EntryKind::kUnit:
        line.append("unit ").append(parser->metric_name()).append(" ").append(parser->text());
        break;
      case EntryKind::kComment:
        line.append("comment ").append(parser->text());
        break;
      case EntryKind::kSeries:
        line.append("series ");
        if (!AppendSeries(parser.get(), &line)) {
          out.status = parser->status();
          return out;
        }
        line.push_back(' ');
        AppendFloatText(&line, parser->value());
        AppendSample(parser.get(), &line);
        break;
      case EntryKind::kHistogram:
        line.append("histogram ");
        if (!AppendSeries(parser.get(), &line)) {
          out.status = parser->status();
          return out;
        }
        AppendHistogram(*parser->histogram(), &line);
        AppendSample(parser.get(), &line);
        break;
      case EntryKind::kEnd:
        return out;
      case EntryKind::kInvalid:
        out.status = parser->status();
        return out;
    }
    out.entries.push_back(std::move(line));
  }
}

}  // namespace sb::wire
