// SPDX-License-Identifier: Apache-2.0
#include "alert/notify/notifier.h"

#include <openssl/evp.h>

#include <algorithm>

#include "encoding/hex.h"
#include "model/regex_meta.h"
#include "template/print.h"

namespace sb::notify {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

// Keeps of `common` what every alert has with the same value.
void Intersect(const model::LabelSet& labels, bool first, TextMap* common) {
  if (first) {
    *common = ToTextMap(labels);
    return;
  }
  std::erase_if(*common,
                [&](const auto& entry) { return labels.Get(entry.first) != entry.second; });
}

}  // namespace

bool Message::Firing() const {
  return std::any_of(alerts.begin(), alerts.end(),
                     [&](const Alert& alert) { return !alert.ResolvedAt(now); });
}

TemplateData MakeData(const Message& message) {
  TemplateData data;
  data.receiver = model::QuoteRegexMeta(message.receiver);
  data.status = message.Firing() ? "firing" : "resolved";
  data.group_labels = ToTextMap(message.group_labels);
  data.external_url = message.external_url;
  data.reason = message.reason;
  data.route_labels = message.route_labels;
  for (size_t i = 0; i < message.alerts.size(); ++i) {
    const Alert& alert = message.alerts[i];
    Intersect(alert.labels, i == 0, &data.common_labels);
    Intersect(alert.annotations, i == 0, &data.common_annotations);
    TemplateAlert entry;
    entry.status = alert.ResolvedAt(message.now) ? "resolved" : "firing";
    entry.labels = ToTextMap(alert.labels);
    entry.annotations = ToTextMap(alert.annotations);
    entry.starts_at = gotemplate::GoTime::FromNs(alert.starts_at);
    if (alert.ends_at.Value() != 0) {
      entry.ends_at = gotemplate::GoTime::FromNs(alert.ends_at);
    }
    entry.generator_url = alert.generator_url;
    entry.fingerprint = FingerprintText(alert.fingerprint);
    data.alerts.push_back(std::move(entry));
  }
  return data;
}

std::string KeyHash(std::string_view group_key) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  SB_CHECK(EVP_Digest(group_key.data(), group_key.size(), digest, &size, EVP_sha256(), nullptr) ==
           1);
  return encoding::HexOf({reinterpret_cast<const char*>(digest), size});
}

std::string TruncateRunes(std::string_view text, size_t runes_max) {
  if (gotemplate::RuneCount(text) <= runes_max) {
    return std::string(text);
  }
  if (runes_max <= 3) {
    return std::string(text.substr(0, gotemplate::RuneOffset(text, runes_max)));
  }
  return std::string(text.substr(0, gotemplate::RuneOffset(text, runes_max - 1))) +
         std::string(kEllipsis);
}

std::string TruncateBytes(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) {
    return std::string(text);
  }
  size_t end = bytes_max > kEllipsis.size() ? bytes_max - kEllipsis.size() : 0;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
    --end;
  }
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

}  // namespace sb::notify
