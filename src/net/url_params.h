// SPDX-License-Identifier: Apache-2.0
//
// Query strings and percent-encoding, as application/x-www-form-urlencoded has them: '+' is a
// space,
// '&' separates (';' is an error, as in Go since 1.17), names may repeat and keep their order.
//
//   base::Result<UrlParams> params = UrlParams::Parse("match[]=up&match[]=go_info");
//   params->GetAll("match[]");
//
// A malformed escape is kInvalidArgument with the escape last in the message. Sizes are bounded by
// the limits on the header and the body from which the string came; the number of pairs by
// kMaxUrlParams.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/status.h"

namespace sb::net {

// A form with more pairs than this is refused: more than any matcher list or federation request
// has.
inline constexpr size_t kMaxUrlParams = 100'000;

class UrlParams {
 public:
  using Entry = std::pair<std::string, std::string>;

  static base::Result<UrlParams> Parse(std::string_view encoded);

  void Add(std::string name, std::string value);
  void Append(const UrlParams& other);
  // The first value, or "".
  std::string_view Get(std::string_view name) const;
  const std::string* Find(std::string_view name) const;  // null if there is none
  bool Has(std::string_view name) const { return Find(name) != nullptr; }
  std::vector<std::string_view> GetAll(std::string_view name) const;
  // "a=1&b=x+y", in order.
  std::string Encode() const;

  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  std::vector<Entry>::const_iterator begin() const { return entries_.begin(); }
  std::vector<Entry>::const_iterator end() const { return entries_.end(); }

 private:
  std::vector<Entry> entries_;
};

// Undoes %XX in a path; '+' stays. NUL bytes and malformed escapes are refused.
base::Result<std::string> PercentDecodePath(std::string_view text);
// Undoes %XX and '+' in a query component.
base::Result<std::string> PercentDecodeQuery(std::string_view text);
// Escapes all but unreserved characters; a space becomes '+'.
std::string PercentEncodeQuery(std::string_view text);
// Escapes all but unreserved characters; '/' too.
std::string PercentEncodePathSegment(std::string_view text);

}  // namespace sb::net
