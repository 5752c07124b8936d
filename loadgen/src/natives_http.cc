// SPDX-License-Identifier: Apache-2.0
//
// One HTTP exchange, or several at once, and the samples that they give.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "js_values.h"
#include "natives.h"
#include "user.h"

namespace sb::load {
namespace {

// The arguments of request(), in the order of http.js.
enum Arg : uint32_t {
  kMethod, kUrl, kHeaders, kBody, kTimeout, kKeep, kName, kTags, kExpected, kTrace, kArgCount
};
enum Keep : int { kText = 0, kBinary = 1, kNone = 2 };

// One call, between JavaScript and the wire.
struct Call {
  HttpRequest request;
  HttpResponse response;
  std::string url;
  std::string name;
  std::string tags;  // as a key
  std::string trace_id;
  int keep = kText;
  bool judge = true;                      // http_req_failed is wanted
  std::vector<std::pair<int, int>> expected;  // empty: 200…399
  std::string problem;                    // why it cannot be sent
};

User& Me() {
  return *User::Current();
}

std::string Base64(std::string_view bytes) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t j = 0; j < 3; j++) {
      group = group << 8 | (i + j < bytes.size() ? uint8_t(bytes[i + j]) : 0);
    }
    for (size_t j = 0; j < 4; j++) {
      out += i + j > bytes.size() ? '=' : kDigits[group >> (18 - 6 * j) & 63];
    }
  }
  return out;
}

void ReadExpected(v8::Isolate* js, v8::Local<v8::Value> value, Call* call) {
  if (value->IsNull()) call->judge = false;
  if (!value->IsArray()) return;
  const auto list = value.As<v8::Array>();
  v8::Local<v8::Context> context = js->GetCurrentContext();
  for (uint32_t i = 0; i + 1 < list->Length(); i += 2) {
    v8::Local<v8::Value> low;
    v8::Local<v8::Value> high;
    if (!list->Get(context, i).ToLocal(&low) || !list->Get(context, i + 1).ToLocal(&high)) return;
    call->expected.emplace_back(low->Int32Value(context).FromMaybe(0),
                                high->Int32Value(context).FromMaybe(0));
  }
}

template <typename Get>
void ReadCall(v8::Isolate* js, const Get& get, Call* call) {
  User& me = Me();
  HttpRequest& request = call->request;
  request.method = Utf8(js, get(kMethod));
  call->url = Utf8(js, get(kUrl));
  if (!ParseUrl(call->url, &request.url)) {
    call->problem = "invalid URL, it needs a scheme and a host: '" + call->url + "'";
    return;
  }
  request.headers = Utf8(js, get(kHeaders));
  if (request.headers.starts_with("Host: ")) {
    const size_t end = request.headers.find("\r\n");
    request.url.authority = request.headers.substr(6, end - 6);
    request.headers.erase(0, end + 2);
  }
  if (!request.url.user_info.empty() &&
      request.headers.find("Authorization:") == std::string::npos) {
    request.headers += "Authorization: Basic " + Base64(request.url.user_info) + "\r\n";
  }
  request.has_body = BytesOf(js, get(kBody), &request.body) || request.method == "POST" ||
                     request.method == "PUT" || request.method == "PATCH";
  request.timeout = Nanos(get(kTimeout).template As<v8::Number>()->Value() * double(kMilli));
  call->keep = int(get(kKeep).template As<v8::Number>()->Value());
  request.keep_body = call->keep != kNone;
  const v8::Local<v8::Value> name = get(kName);
  call->name = name->IsUndefined() ? call->url : Utf8(js, name);
  AppendJsTags(js, get(kTags), &call->tags);
  ReadExpected(js, get(kExpected), call);
  if (me.test().trace_context && get(kTrace)->IsTrue()) {
    call->trace_id = me.NewTraceId();
    request.headers += "traceparent: 00-" + call->trace_id + "-" + call->trace_id.substr(8, 16) +
                       "-01\r\n";
  }
}

bool Expected(const Call& call) {
  const int status = call.response.status;
  if (call.expected.empty()) return status >= 200 && status < 400;
  return std::ranges::any_of(call.expected, [&](const auto& range) {
    return status >= range.first && status <= range.second;
  });
}

void RecordCall(Call& call) {
  User& me = Me();
  HttpResponse& response = call.response;
  if (response.error_code == 0 && response.status >= 400) {
    response.error_code = 1000 + response.status;
  }
  const bool expected = response.error.empty() && Expected(call);
  std::string key = me.BaseKey();
  AppendTag("method", call.request.method, &key);
  AppendTag("name", call.name, &key);
  AppendTag("url", call.name, &key);
  std::array<char, 12> number{};
  const auto text = [&](int value) {
    return std::string_view(number.data(),
                            size_t(fmt::format_to(number.data(), "{}", value) - number.data()));
  };
  AppendTag("status", text(response.status), &key);
  if (!response.proto.empty()) AppendTag("proto", response.proto, &key);
  if (!response.tls_version.empty()) AppendTag("tls_version", response.tls_version, &key);
  if (response.error_code != 0) AppendTag("error_code", text(response.error_code), &key);
  if (!response.error.empty()) AppendTag("error", response.error, &key);
  if (call.judge) AppendTag("expected_response", expected ? "true" : "false", &key);
  key += call.tags;
  const HttpTimings& t = response.timings;
  const std::array<Sample, 11> samples = {{
      {kHttpReqs, 1},
      {kHttpReqDuration, t.duration()},
      {kHttpReqBlocked, t.blocked},
      {kHttpReqConnecting, t.connecting},
      {kHttpReqTls, t.tls},
      {kHttpReqSending, t.sending},
      {kHttpReqWaiting, t.waiting},
      {kHttpReqReceiving, t.receiving},
      {kDataSent, double(response.bytes_sent)},
      {kDataReceived, double(response.bytes_received)},
      {kHttpReqFailed, expected ? 0.0 : 1.0},
  }};
  Results& results = me.group().results();
  results.Record(key, std::span(samples).first(call.judge ? 11 : 10));
  if (!call.trace_id.empty()) results.NoteTrace(key, t.duration(), call.name, call.trace_id);
}

v8::Local<v8::Value> BodyOf(v8::Isolate* js, const Call& call) {
  if (call.keep == kNone || call.response.status == 0) return v8::Null(js);
  if (call.keep == kBinary) return JsBuffer(js, call.response.body);
  return JsString(js, call.response.body);
}

v8::Local<v8::Array> ResultOf(v8::Isolate* js, const Call& call, bool with_timings) {
  const HttpResponse& r = call.response;
  v8::Local<v8::Value> items[12] = {
      v8::Integer::New(js, r.status),
      BodyOf(js, call),
      JsString(js, r.headers),
      JsString(js, r.error),
      v8::Integer::New(js, r.error_code),
      JsName(js, r.proto),
      JsName(js, r.remote_ip),
      v8::Integer::New(js, r.remote_port),
      JsName(js, r.tls_version),
      JsName(js, r.status_text),
      JsString(js, call.trace_id),
      v8::Undefined(js),
  };
  if (with_timings) {
    const HttpTimings& t = r.timings;
    v8::Local<v8::Value> times[6];
    size_t i = 0;
    for (const double ms : {t.blocked, t.connecting, t.tls, t.sending, t.waiting, t.receiving}) {
      times[i++] = v8::Number::New(js, ms);
    }
    items[11] = v8::Array::New(js, times, 6);
  }
  return v8::Array::New(js, items, with_timings ? 12 : 11);
}

void ShareTimings(const HttpTimings& t) {
  double* state = Me().shared_state();
  state[1] = t.blocked;
  state[2] = t.connecting;
  state[3] = t.tls;
  state[4] = t.sending;
  state[5] = t.waiting;
  state[6] = t.receiving;
  state[7] = t.duration();
}

void WarnOf(const Call& call) {
  if (call.response.error.empty()) return;
  Me().test().console.Write("warning",
                            fmt::format("Request Failed error=\"{} \\\"{}\\\": {}\"",
                                        call.request.method, call.url, call.response.error),
                            "");
}

// options.rps: the whole test sends at most so many requests a second.
void WaitForTurn() {
  TestState& test = Me().test();
  if (test.options.rps <= 0) return;
  const auto step = Nanos(double(kSecond) / test.options.rps);
  Nanos turn = test.next_request.load();
  Nanos mine = 0;
  do {
    mine = std::max(turn, NowNs());
  } while (!test.next_request.compare_exchange_weak(turn, mine + step));
  for (Nanos now = NowNs(); now < mine && !Me().PastDeadline(now); now = NowNs()) {
    const Nanos wait = std::min(mine - now, 100 * kMilli);
    const timespec pause{wait / kSecond, wait % kSecond};
    nanosleep(&pause, nullptr);
  }
}

void Request(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  if (Me().initializing()) {
    return ThrowError(js, "making HTTP requests in the init context is not supported");
  }
  Call call;
  ReadCall(js, [&](uint32_t i) { return args[int(i)]; }, &call);
  if (!call.problem.empty()) return ThrowError(js, call.problem);
  {
    JsUnlocked out(js);
    WaitForTurn();
    Me().http().Exchange(call.request, Me().stop(), &call.response);
  }
  // A request that the end of the test has cut off is no result.
  if (call.response.status == 0 && Me().EndIfStopped()) return;
  RecordCall(call);
  WarnOf(call);
  ShareTimings(call.response.timings);
  args.GetReturnValue().Set(ResultOf(js, call, /*with_timings=*/false));
  Me().EndIfStopped();
}

void Batch(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  v8::Local<v8::Context> context = js->GetCurrentContext();
  if (Me().initializing()) {
    return ThrowError(js, "making HTTP requests in the init context is not supported");
  }
  const auto list = args[0].As<v8::Array>();
  std::vector<Call> calls(list->Length());
  for (uint32_t i = 0; i < list->Length(); i++) {
    v8::Local<v8::Value> item;
    if (!list->Get(context, i).ToLocal(&item)) return;
    const auto get = [&](uint32_t k) {
      v8::Local<v8::Value> value;
      if (!item.As<v8::Object>()->Get(context, k).ToLocal(&value)) value = v8::Undefined(js);
      return value;
    };
    ReadCall(js, get, &calls[i]);
    if (!calls[i].problem.empty()) return ThrowError(js, calls[i].problem);
  }
  std::vector<HttpRequest> requests;
  for (const Call& call : calls) requests.push_back(call.request);
  std::vector<HttpResponse> responses(calls.size());
  const TestOptions& options = Me().test().options;
  const bool one_host = std::ranges::all_of(requests, [&](const HttpRequest& r) {
    return r.url.authority == requests[0].url.authority;
  });
  const size_t at_once = one_host && options.batch_per_host > 0
                             ? std::min(options.batch, options.batch_per_host)
                             : options.batch;
  {
    JsUnlocked out(js);
    Me().http().ExchangeAll(requests, at_once, Me().stop(), responses);
  }
  if (Me().EndIfStopped()) return;
  std::vector<v8::Local<v8::Value>> results;
  for (size_t i = 0; i < calls.size(); i++) {
    calls[i].response = std::move(responses[i]);
    RecordCall(calls[i]);
    WarnOf(calls[i]);
    results.push_back(ResultOf(js, calls[i], /*with_timings=*/true));
  }
  args.GetReturnValue().Set(v8::Array::New(js, results.data(), results.size()));
}

// Parts of a multipart body in one buffer.
void Concat(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  const auto list = args[0].As<v8::Array>();
  std::string all;
  for (uint32_t i = 0; i < list->Length(); i++) {
    v8::Local<v8::Value> item;
    std::string bytes;
    if (!list->Get(js->GetCurrentContext(), i).ToLocal(&item)) return;
    if (BytesOf(js, item, &bytes)) all += bytes;
  }
  args.GetReturnValue().Set(JsBuffer(js, all));
}

}  // namespace

void AddHttpNatives(User& user, NativeTable* table) {
  v8::Isolate* js = user.isolate();
  table->Add("request", Request);
  table->Add("batch", Batch);
  table->Add("concat", Concat);
  auto store = v8::ArrayBuffer::NewBackingStore(
      user.shared_state(), 16 * sizeof(double), [](void*, size_t, void*) {}, nullptr);
  table->Set("state",
             v8::Float64Array::New(v8::ArrayBuffer::New(js, std::move(store)), 0, 16));
  v8::Local<v8::Object> settings = v8::Object::New(js);
  NativeTable entries(js, settings);
  const TestOptions& options = user.test().options;
  entries.Set("userAgent", JsString(js, options.user_agent));
  entries.Set("discardResponseBodies", v8::Boolean::New(js, options.discard_response_bodies));
  entries.Set("noCookiesReset", v8::Boolean::New(js, options.no_cookies_reset));
  entries.Set("maxRedirects", v8::Number::New(js, options.max_redirects));
  entries.Set("throw", v8::Boolean::New(js, options.throw_errors));
  table->Set("settings", settings);
}

}  // namespace sb::load
