// SPDX-License-Identifier: Apache-2.0
#include "alert/rules/query_link.h"

#include "net/url_params.h"

namespace sb::rules {

std::string TableLink(std::string_view expr) {
  return "/graph?g0.expr=" + net::PercentEncodeQuery(expr) + "&g0.tab=1";
}

std::string GraphLink(std::string_view expr) {
  return "/graph?g0.expr=" + net::PercentEncodeQuery(expr) + "&g0.tab=0";
}

}  // namespace sb::rules
