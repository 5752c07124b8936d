// SPDX-License-Identifier: Apache-2.0
#include "store/events/column/text_column.h"

#include "store/events/column/text_forms.h"

namespace sb::events {

TextForm AppendTextColumn(std::span<const std::string_view> values, std::span<const int64_t> times,
                          const TextColumnOptions& options, std::string* out,
                          LineIds* ids) {
  const size_t begin = out->size();
  TextForm form = TextForm::kDictionary;
  out->push_back(static_cast<char>(form));
  if (!AppendDictionaryText(values, options, out)) {
    if (AppendFixedText(values, options, out)) {
      form = TextForm::kFixed;
    } else if (AppendTemplateText(values, times, options, out, ids)) {
      form = TextForm::kTemplates;
    } else {
      form = TextForm::kBlocks;
      AppendBlockText(values, options, out);
    }
  }
  (*out)[begin] = static_cast<char>(form);
  return form;
}

base::Result<std::unique_ptr<TextColumn>> OpenTextColumn(std::string_view bytes, uint32_t count,
                                                         const TextSurroundings* surroundings) {
  if (bytes.empty()) {
    return base::DataLoss("an empty text column");
  }
  const std::string_view body = bytes.substr(1);
  switch (static_cast<TextForm>(bytes[0])) {
    case TextForm::kDictionary:
      return OpenDictionaryText(body, count);
    case TextForm::kFixed:
      return OpenFixedText(body, count);
    case TextForm::kTemplates:
      return OpenTemplateText(body, count, surroundings);
    case TextForm::kShared:
      return OpenSharedText(body, count, surroundings);
    case TextForm::kOfLines:
      return OpenTextOfLines(body, count, surroundings);
    case TextForm::kBlocks:
      return OpenBlockText(body, count);
  }
  return base::DataLoss("a text column of an unknown form");
}

}  // namespace sb::events
