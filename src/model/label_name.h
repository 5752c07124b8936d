// SPDX-License-Identifier: Apache-2.0
//
// Which names need quoting, and how strings are quoted (Go's strconv.Quote, which Prometheus
// prints). Any UTF-8 string is a valid name; "legacy" names are those that can stand without
// quotes.
#pragma once

#include <string>
#include <string_view>

namespace sb::model {

bool IsLegacyMetricName(std::string_view name);  // [a-zA-Z_:][a-zA-Z0-9_:]*
bool IsLegacyLabelName(std::string_view name);   // [a-zA-Z_][a-zA-Z0-9_]*
bool IsValidUtf8(std::string_view bytes);
// Double quotes around, with the escapes of Go's strconv.Quote: \a \b \f \n \r \t \v \\ \", \xNN
// for broken UTF-8, \uNNNN for what is not printable.
std::string QuoteString(std::string_view text);

}  // namespace sb::model
