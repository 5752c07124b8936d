// SPDX-License-Identifier: Apache-2.0
#include "wire/elastic/bulk_reader.h"

#include <gtest/gtest.h>

#include "wire/elastic/document_reader.h"

namespace sb::wire {
namespace {

TEST(BulkReaderTest, ReadsActionsAndDocuments) {
  BulkRequest request;
  ASSERT_TRUE(ReadBulk("{\"index\":{\"_index\":\"a\\u0041\",\"_type\":\"_doc\",\"x\":[1]}}\r\n"
                       "{\"m\":1}\r\n\n"
                       "{\"delete\":{\"_id\":\"1\"}}\n"
                       "{ \"create\" : { } }\n"
                       "not looked at",
                       "default", &request)
                  .ok());
  ASSERT_EQ(request.items.size(), 3U);
  EXPECT_EQ(request.items[0].index, "aA");
  EXPECT_EQ(request.items[0].document, "{\"m\":1}");
  EXPECT_EQ(request.items[1].action, BulkAction::kDelete);
  EXPECT_EQ(request.items[1].index, "default");
  EXPECT_EQ(request.items[1].id, "1");
  EXPECT_EQ(request.items[2].document, "not looked at");
}

TEST(BulkReaderTest, RefusesTheRequestAsAWhole) {
  BulkRequest request;
  for (const std::string_view body :
       {"", "\n\n", "not json\n{}\n", "{\"banana\":{\"_index\":\"a\"}}\n{}\n", "{}\n{}\n",
        "{\"index\":{\"_index\":\"a\"}}\n", "{\"index\":{}}\n{}\n", "{\"index\":1}\n{}\n",
        "{\"index\":{\"_index\":\"a\"},\"create\":{}}\n{}\n"}) {
    EXPECT_EQ(ReadBulk(body, "", &request).code(), base::StatusCode::kInvalidArgument) << body;
  }
}

TEST(DocumentReaderTest, FlattensObjects) {
  DocumentFields fields;
  ASSERT_TRUE(
      fields.Read(R"({"a":{"b":{"c":1.50},"d\n":"x\ty"},"e":[1,{"f":2}],"g":null,"h":{}})").ok());
  std::string text;
  for (const DocumentField& field : fields.fields()) {
    text += std::string(field.name) + "=" + std::string(field.value) + "|";
  }
  EXPECT_EQ(text, "a.b.c=1.50|a.d\n=x\ty|e=[1,{\"f\":2}]|g=|");
  EXPECT_EQ(fields.Find("e")->kind, DocumentKind::kArray);
  EXPECT_EQ(fields.Find("nope"), nullptr);
}

TEST(DocumentReaderTest, RefusesWhatIsNoObject) {
  DocumentFields fields;
  for (const std::string_view text : {"", "[1,2]", "1", "{\"a\":}", "{\"a\":1", "{\"a\":1}}"}) {
    EXPECT_EQ(fields.Read(text).code(), base::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace sb::wire
