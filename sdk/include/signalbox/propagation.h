// SPDX-License-Identifier: Apache-2.0
//
// Context as headers of HTTP requests and messages, and back: W3C traceparent, tracestate and
// baggage, and the older B3 (one or several headers) and Jaeger (uber-trace-id).
//
//   Inject(Context::Current(), [&](auto name, auto value) { request.SetHeader(name, value); });
//   Context caller = Extract([&](std::string_view name) { return request.Header(name); });
//
// A header that cannot be read counts as absent. Sources: W3C Trace Context, W3C Baggage,
// openzipkin/b3-propagation, Jaeger client documentation.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "signalbox/context.h"

namespace signalbox {

enum class Propagator { kTraceContext, kBaggage, kB3, kB3Multi, kJaeger };

using HeaderSetter = std::function<void(std::string_view name, std::string_view value)>;
// Header names are lower case; "" when absent.
using HeaderGetter = std::function<std::string(std::string_view name)>;

// {kTraceContext, kBaggage}, or what OTEL_PROPAGATORS says ("none": none; unknown names are left
// out).
std::vector<Propagator> PropagatorsFromEnvironment();

void Inject(const Context& context, const HeaderSetter& set);
void Inject(const Context& context, const std::vector<Propagator>& with, const HeaderSetter& set);
// The first format found wins for the span; baggage is read besides.
Context Extract(const HeaderGetter& get);
Context Extract(const std::vector<Propagator>& with, const HeaderGetter& get);

}  // namespace signalbox
