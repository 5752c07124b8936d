// SPDX-License-Identifier: Apache-2.0
#include "api/http/json_writer.h"

#include <gtest/gtest.h>

#include <limits>

namespace sb::api {
namespace {

TEST(JsonWriterTest, PlacesCommasBetweenElements) {
  JsonWriter json;
  json.BeginObject().Key("a").Int(-1).Key("b").BeginArray().Uint(1).Bool(true).Null().EndArray();
  json.Key("c").BeginObject().EndObject().Key("d").Double(0.1).EndObject();
  EXPECT_EQ(std::move(json).Take(), R"({"a":-1,"b":[1,true,null],"c":{},"d":0.1})");
}

TEST(JsonWriterTest, EscapesWhatJsonForbids) {
  JsonWriter json;
  json.String(std::string_view("a\"\\\n\0\x1f", 6));
  EXPECT_EQ(std::move(json).Take(), "\"a\\\"\\\\\\n\\u0000\\u001f\"");
}

TEST(JsonWriterTest, ReplacesBrokenUtf8) {
  JsonWriter json;
  json.String("gr\xc3\xbc\xff\xe2\x82");
  EXPECT_EQ(std::move(json).Take(), "\"gr\xc3\xbc\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"");
}

TEST(JsonWriterTest, NumbersJsonCannotHoldBecomeNull) {
  JsonWriter json;
  json.Double(std::numeric_limits<double>::infinity());
  EXPECT_EQ(std::move(json).Take(), "null");
}

}  // namespace
}  // namespace sb::api
