// SPDX-License-Identifier: Apache-2.0
#include "web_socket.h"

#include <poll.h>

#include <algorithm>

#include "base/env.h"
#include "js_values.h"
#include "natives.h"
#include "user.h"

namespace sb::load {
namespace {

constexpr size_t kMessageBytesMax = 16u << 20;

}  // namespace

std::unique_ptr<WebSocketLink> WebSocketLink::Open(const StreamSettings& settings, const Url& url,
                                                   const std::string& headers,
                                                   const WaitLimit& wait, int* status,
                                                   StreamError* error) {
  ConnectTimings timings;
  auto stream =
      NetStream::Open(settings, url.host, url.port, url.tls, wait, &timings, error);
  if (stream == nullptr) return nullptr;
  const std::string request = "GET " + url.target + " HTTP/1.1\r\nHost: " + url.authority +
                              "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                              "Sec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
                              headers + "\r\n";
  if (!stream->Send(request, wait, error)) return nullptr;
  std::string in;
  while (in.find("\r\n\r\n") == std::string::npos) {
    if (in.size() > 65536 || stream->Receive(true, wait, &in, error) != NetStream::Got::kBytes) {
      if (error->text.empty()) error->text = "websocket: bad handshake";
      return nullptr;
    }
  }
  *status = in.size() > 12 ? (in[9] - '0') * 100 + (in[10] - '0') * 10 + (in[11] - '0') : 0;
  if (*status != 101) {
    error->text = "websocket: bad handshake";
    return nullptr;
  }
  auto link = std::make_unique<WebSocketLink>();
  link->in_ = in.substr(in.find("\r\n\r\n") + 4);
  link->stream_ = std::move(stream);
  return link;
}

bool WebSocketLink::Send(int kind, std::string_view data, const WaitLimit& wait) {
  std::string frame;
  frame += char(0x80 | kind);
  if (data.size() < 126) {
    frame += char(0x80 | data.size());
  } else {
    const int bytes = data.size() < 65536 ? 2 : 8;
    frame += char(0x80 | (bytes == 2 ? 126 : 127));
    for (int i = bytes - 1; i >= 0; i--) frame += char(uint64_t(data.size()) >> (8 * i) & 255);
  }
  const auto mask = uint32_t(base::Env::Real().random().Next64());
  for (int i = 0; i < 4; i++) frame += char(mask >> (8 * i) & 255);
  for (size_t i = 0; i < data.size(); i++) {
    frame += char(uint8_t(data[i]) ^ uint8_t(mask >> (8 * (i % 4)) & 255));
  }
  StreamError error;
  return stream_->Send(frame, wait, &error);
}

bool WebSocketLink::TakeFrame(const WaitLimit& wait, std::vector<WebSocketFrame>* out) {
  if (in_.size() < 2) return false;
  const auto byte = [&](size_t i) { return uint8_t(in_[i]); };
  const bool last = (byte(0) & 0x80) != 0;
  const int kind = byte(0) & 15;
  uint64_t length = byte(1) & 127;
  size_t head = 2;
  if (length >= 126) {
    const size_t bytes = length == 126 ? 2 : 8;
    if (in_.size() < 2 + bytes) return false;
    length = 0;
    for (size_t i = 0; i < bytes; i++) length = length << 8 | byte(2 + i);
    head += bytes;
  }
  if (length > kMessageBytesMax || message_.size() + length > kMessageBytesMax) {
    out->push_back({0, "websocket: message above 16 MB", 1009});
    in_.clear();
    return false;
  }
  if (in_.size() < head + length) return false;
  std::string data = in_.substr(head, length);
  in_.erase(0, head + length);
  if (kind >= 8) {
    int code = 1005;
    if (kind == 8 && data.size() >= 2) code = uint8_t(data[0]) << 8 | uint8_t(data[1]);
    if (kind == 9) Send(10, data, wait);
    out->push_back({kind, std::move(data), code});
    return true;
  }
  if (kind != 0) message_kind_ = kind;
  message_ += data;
  if (last) {
    out->push_back({message_kind_, std::move(message_), 0});
    message_.clear();
  }
  return true;
}

std::vector<WebSocketFrame> WebSocketLink::Receive(const WaitLimit& wait) {
  std::vector<WebSocketFrame> out;
  StreamError error;
  const NetStream::Got got = stream_->Receive(false, wait, &in_, &error);
  while (TakeFrame(wait, &out)) {
  }
  if (got == NetStream::Got::kEnd || got == NetStream::Got::kError) {
    const bool closed = !out.empty() && out.back().kind == 8;
    if (!closed) out.push_back({0, "websocket: close 1006 (abnormal closure): EOF", 1006});
  }
  return out;
}

namespace {

User& Me() {
  return *User::Current();
}

WebSocketLink* LinkOf(const NativeArgs& args) {
  auto& links = Me().links();
  const auto index = size_t(args[0].As<v8::Number>()->Value());
  return index < links.size() ? links[index].get() : nullptr;
}

std::string KeyOf(v8::Isolate* js, v8::Local<v8::Value> tags) {
  std::string key = Me().BaseKey();
  AppendJsTags(js, tags, &key);
  return key;
}

// wsOpen(url, headers, tags) -> [handle or -1, status, error].
void WsOpen(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  User& me = Me();
  Url url;
  const std::string text = Utf8(js, args[0]);
  if (!ParseUrl(text, &url)) return ThrowError(js, "invalid WebSocket URL: " + text);
  const std::string headers = Utf8(js, args[1]);
  int status = 0;
  StreamError error;
  std::unique_ptr<WebSocketLink> link;
  const Nanos begin = NowNs();
  {
    JsUnlocked out(js);
    link = WebSocketLink::Open(me.test().net, url, headers, {begin + 60 * kSecond, me.stop()},
                               &status, &error);
  }
  if (me.EndIfStopped()) return;
  std::string key = KeyOf(js, args[2]);
  AppendTag("url", text, &key);
  AppendTag("status", std::to_string(status), &key);
  me.group().results().Record(
      key, {{kWsSessions, 1}, {kWsConnecting, double(NowNs() - begin) / double(kMilli)}});
  int handle = -1;
  if (link != nullptr) {
    handle = int(me.links().size());
    me.links().push_back(std::move(link));
  }
  v8::Local<v8::Value> items[3] = {v8::Integer::New(js, handle), v8::Integer::New(js, status),
                                   JsString(js, error.text)};
  args.GetReturnValue().Set(v8::Array::New(js, items, 3));
}

void WsSend(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  WebSocketLink* link = LinkOf(args);
  std::string data;
  if (link == nullptr || !BytesOf(js, args[2], &data)) {
    return ThrowError(js, "send() takes a string or an ArrayBuffer, on an open WebSocket");
  }
  const int kind = int(args[1].As<v8::Number>()->Value());
  {
    JsUnlocked out(js);
    link->Send(kind, data, {NowNs() + 60 * kSecond, Me().stop()});
  }
  if (kind <= 2) Me().group().results().Record(KeyOf(js, args[3]), {{kWsSent, 1}});
  Me().EndIfStopped();
}

// wsWait([handles], ms) -> the position of one that is readable, or -1.
void WsWait(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  const auto list = args[0].As<v8::Array>();
  std::vector<pollfd> entries;
  int ready = -1;
  for (uint32_t i = 0; i < list->Length(); i++) {
    v8::Local<v8::Value> handle;
    if (!list->Get(js->GetCurrentContext(), i).ToLocal(&handle)) return;
    const auto& link = Me().links()[size_t(handle.As<v8::Number>()->Value())];
    if (link->HasBuffered()) ready = int(i);
    entries.push_back({link->fd(), POLLIN, 0});
  }
  if (ready < 0) {
    JsUnlocked out(js);
    // A stop is looked for ten times a second.
    const double wait = std::clamp(args[1].As<v8::Number>()->Value(), 0.0, 100.0);
    if (poll(entries.data(), entries.size(), int(wait) + 1) > 0) {
      const auto it = std::ranges::find_if(entries, [](const pollfd& e) { return e.revents != 0; });
      ready = int(it - entries.begin());
    }
  }
  args.GetReturnValue().Set(ready);
  Me().EndIfStopped();
}

// wsReceive(handle, tags) -> [[kind, data, code]…].
void WsReceive(const NativeArgs& args) {
  v8::Isolate* js = args.GetIsolate();
  WebSocketLink* link = LinkOf(args);
  std::vector<v8::Local<v8::Value>> out;
  if (link != nullptr) {
    for (const WebSocketFrame& frame : link->Receive({NowNs() + kSecond, Me().stop()})) {
      if (frame.kind == 1 || frame.kind == 2) {
        Me().group().results().Record(KeyOf(js, args[1]), {{kWsReceived, 1}});
      }
      v8::Local<v8::Value> items[3] = {v8::Integer::New(js, frame.kind), v8::Undefined(js),
                                       v8::Integer::New(js, frame.code)};
      if (frame.kind == 2) {
        items[1] = JsBuffer(js, frame.data);
      } else {
        items[1] = JsString(js, frame.data);
      }
      out.push_back(v8::Array::New(js, items, 3));
    }
  }
  args.GetReturnValue().Set(v8::Array::New(js, out.data(), out.size()));
}

void WsClose(const NativeArgs& args) {
  WebSocketLink* link = LinkOf(args);
  if (link == nullptr) return;
  const int code = int(args[1].As<v8::Number>()->Value());
  const char bytes[2] = {char(code >> 8), char(code & 255)};
  link->Send(8, std::string_view(bytes, 2), {NowNs() + kSecond, Me().stop()});
}

void WsDrop(const NativeArgs& args) {
  auto& links = Me().links();
  const auto index = size_t(args[0].As<v8::Number>()->Value());
  if (index < links.size()) links[index] = nullptr;
  while (!links.empty() && links.back() == nullptr) links.pop_back();
}

void WsEnd(const NativeArgs& args) {
  Me().group().results().Record(KeyOf(args.GetIsolate(), args[1]),
                                {{kWsSessionDuration, args[0].As<v8::Number>()->Value()}});
}

void WsPong(const NativeArgs& args) {
  Me().group().results().Record(KeyOf(args.GetIsolate(), args[1]),
                                {{kWsPing, args[0].As<v8::Number>()->Value()}});
}

}  // namespace

void AddWebSocketNatives(NativeTable* table) {
  table->Add("wsOpen", WsOpen);
  table->Add("wsSend", WsSend);
  table->Add("wsWait", WsWait);
  table->Add("wsReceive", WsReceive);
  table->Add("wsClose", WsClose);
  table->Add("wsDrop", WsDrop);
  table->Add("wsEnd", WsEnd);
  table->Add("wsPong", WsPong);
}

}  // namespace sb::load
