// SPDX-License-Identifier: Apache-2.0
#include "wire/prometheus/native_stream.h"

#include <gtest/gtest.h>

#include <vector>

namespace sb::wire {
namespace {

const std::vector<std::string> kRequests = {"first", std::string(100'000, 'x'), "last"};

std::string Stream() {
  std::string out(kNativeMagic);
  for (const std::string& request : kRequests) {
    AppendNativeFrame(request, &out);
  }
  AppendNativeEnd(&out);
  return out;
}

// What can be read of a stream that arrives in pieces of `piece` bytes.
base::Status ReadAll(std::string_view stream, size_t piece, std::vector<std::string>* requests) {
  NativeStreamReader reader;
  std::string request;
  while (!stream.empty()) {
    reader.Feed(stream.substr(0, piece));
    stream.remove_prefix(std::min(piece, stream.size()));
    for (;;) {
      SB_ASSIGN_OR_RETURN(const bool found, reader.Next(&request));
      if (!found) {
        break;
      }
      requests->push_back(request);
    }
  }
  return reader.Finish();
}

TEST(NativeStreamTest, ReadsWhatWasWrittenInPiecesOfAnySize) {
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{4096}, size_t{1} << 20}) {
    std::vector<std::string> requests;
    EXPECT_EQ(ReadAll(Stream(), piece, &requests), base::OkStatus());
    EXPECT_EQ(requests, kRequests);
  }
}

TEST(NativeStreamTest, ACutAndBytesAfterTheEndAreErrors) {
  const std::string stream = Stream();
  for (size_t size = 0; size < stream.size(); ++size) {
    std::vector<std::string> requests;
    const base::Status status = ReadAll(stream.substr(0, size), 4096, &requests);
    ASSERT_EQ(status.code(), base::StatusCode::kInvalidArgument) << size;
  }
  std::vector<std::string> requests;
  EXPECT_FALSE(ReadAll(stream + "x", 1 << 20, &requests).ok());
}

TEST(NativeStreamTest, EveryFlippedByteIsFound) {
  const std::string stream = Stream();
  for (size_t i = 0; i < stream.size(); ++i) {
    std::string bad = stream;
    bad[i] = static_cast<char>(bad[i] ^ 0x10);
    std::vector<std::string> requests;
    EXPECT_FALSE(ReadAll(bad, 1 << 20, &requests).ok()) << i;
    ASSERT_LE(requests.size(), kRequests.size());
    for (size_t n = 0; n < requests.size(); ++n) {
      EXPECT_EQ(requests[n], kRequests[n]);
    }
  }
}

}  // namespace
}  // namespace sb::wire
