// SPDX-License-Identifier: Apache-2.0
#include "ingest/remote_write/remote_write_handler.h"

#include <gtest/gtest.h>

#include "base/testing/simulated_env.h"
#include "encoding/compress.h"
#include "ingest/pipeline/testing/fake_store.h"
#include "wire/prometheus/remote_write_v2.h"

namespace sb::ingest {
namespace {

// Remembers the one reply of a handler.
class RecordingWriter final : public net::ResponseWriter {
 public:
  void Send(net::HttpResponse response) override { sent = std::move(response); }
  void Start(net::HttpResponse) override { FAIL() << "the reply is sent at once"; }
  bool Write(std::string_view) override { return false; }
  bool Flush() override { return false; }
  void SetTrailer(std::string, std::string) override {}
  void Finish() override {}
  base::Result<std::shared_ptr<net::WebSocket>> AcceptWebSocket(net::WebSocketOptions,
                                                                net::WebSocketCallbacks) override {
    return base::Unimplemented("no sockets here");
  }
  std::shared_ptr<net::ResponseWriter> Detach() override { return nullptr; }
  bool IsCancelled() const override { return false; }
  void OnCancel(std::function<void()>) override {}

  net::HttpResponse sent{0};
};

class RemoteWriteHandlerTest : public ::testing::Test {
 protected:
  net::HttpResponse Post(std::string content_type, std::string body) {
    net::HttpRequest request;
    request.method = "POST";
    request.headers.Add("content-type", std::move(content_type));
    request.headers.Add("content-encoding", "snappy");
    request.body = std::move(body);
    RecordingWriter writer;
    RemoteWriteHandler (&endpoint_)(request, writer);
    return std::move(writer.sent);
  }
  static std::string Body(int64_t time_ms) {
    wire::WriteRequestV2Writer writer;
    const wire::WriteSample sample{time_ms, 1, 0};
    writer.AddSeries(model::LabelSet::FromPairs({{"__name__", "up"}}), {&sample, 1});
    std::string message;
    writer.Finish(&message);
    std::string body;
    encoding::Compress(encoding::Compression::kSnappyBlock, message, &body);
    return body;
  }

  base::SimulatedEnv env_{1};
  FakeStore store_;
  base::Registry registry_;
  LossCounters losses_{&registry_};
  RemoteWriteEndpoint endpoint_{&store_, &env_, &losses_, &registry_};
};

constexpr const char* kTypeV2 = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

TEST_F(RemoteWriteHandlerTest, SuccessIs204WithTheWrittenHeadersAndNoBody) {
  const net::HttpResponse reply = Post(kTypeV2, Body(10));
  EXPECT_EQ(reply.status, 204);
  EXPECT_EQ(reply.body, "");
  EXPECT_EQ(reply.headers.Get("X-Prometheus-Remote-Write-Samples-Written"), "1");
}

TEST_F(RemoteWriteHandlerTest, ARefusalIsPlainText) {
  EXPECT_EQ(Post(kTypeV2, Body(10)).status, 204);
  const net::HttpResponse reply = Post(kTypeV2, Body(5));
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.body, "out of order sample for series {__name__=\"up\"}\n");
  EXPECT_EQ(reply.headers.Get("X-Prometheus-Remote-Write-Samples-Written"), "0");
  EXPECT_TRUE(reply.headers.Get("Content-Type").starts_with("text/plain"));
  EXPECT_EQ(Post("text/plain", Body(20)).status, 415);
}

}  // namespace
}  // namespace sb::ingest
