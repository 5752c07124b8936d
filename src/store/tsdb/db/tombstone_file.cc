// SPDX-License-Identifier: Apache-2.0
#include "store/tsdb/db/tombstone_file.h"

#include <utility>

#include "encoding/bytes.h"
#include "encoding/varint.h"
#include "store/file/page.h"

namespace sb::tsdb {
namespace {

constexpr store::PageType kTombstonesPage{1};

base::Status Malformed(const std::string& path) {
  return base::DataLoss("malformed tombstones: " + path);
}

}  // namespace

base::Result<std::vector<TombstoneRule>> ReadTombstoneFile(base::FileSystem& files,
                                                           const std::string& path) {
  SB_ASSIGN_OR_RETURN(const std::string bytes, files.ReadFile(path));
  const std::span<const uint8_t> view(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  SB_ASSIGN_OR_RETURN(const store::PageView page,
                      store::ReadPage(view, {0, bytes.size()}, kTombstonesPage, path));
  encoding::ByteReader in(page.payload);
  const uint64_t count = in.Varint();
  std::vector<TombstoneRule> rules;
  for (uint64_t i = 0; i < count; ++i) {
    TombstoneRule rule;
    rule.range.start = base::TimestampMs(in.ZigZag());
    rule.range.end = base::TimestampMs(in.ZigZag());
    const uint64_t matchers = in.Varint();
    for (uint64_t m = 0; m < matchers; ++m) {
      const uint8_t type = in.Byte();
      std::string name(in.LengthPrefixed());
      std::string value(in.LengthPrefixed());
      if (!in.ok() || type > static_cast<uint8_t>(model::MatchType::kNotRegex)) {
        return Malformed(path);
      }
      SB_ASSIGN_OR_RETURN(model::Matcher matcher,
                          model::Matcher::Create(static_cast<model::MatchType>(type),
                                                 std::move(name), std::move(value)));
      rule.matchers.push_back(std::move(matcher));
    }
    if (!in.ok()) {
      return Malformed(path);
    }
    rules.push_back(std::move(rule));
  }
  return rules;
}

base::Status WriteTombstoneFile(base::FileSystem& files, const std::string& path,
                                std::span<const TombstoneRule> rules) {
  std::string payload;
  encoding::AppendVarint(&payload, rules.size());
  for (const TombstoneRule& rule : rules) {
    encoding::AppendZigZag(&payload, rule.range.start.Value());
    encoding::AppendZigZag(&payload, rule.range.end.Value());
    encoding::AppendVarint(&payload, rule.matchers.size());
    for (const model::Matcher& matcher : rule.matchers) {
      payload.push_back(static_cast<char>(matcher.type()));
      for (const std::string* text : {&matcher.name(), &matcher.value()}) {
        encoding::AppendVarint(&payload, text->size());
        payload.append(*text);
      }
    }
  }
  std::string bytes;
  store::AppendPage(kTombstonesPage, /*version=*/1, payload, &bytes);
  return base::WriteFileAtomically(files, path, bytes);
}

}  // namespace sb::tsdb
