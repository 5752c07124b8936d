// SPDX-License-Identifier: Apache-2.0
#include "wire/influx/line_protocol.h"

#include <gtest/gtest.h>

namespace sb::wire {
namespace {

using Item = InfluxLineReader::Item;

// Each line as `measurement,tag=value field=number time`, faults as `!number: why`.
std::string Read(std::string_view body) {
  InfluxLineReader reader(body);
  InfluxLine line;
  std::string out;
  for (Item item = reader.Next(&line); item != Item::kEnd; item = reader.Next(&line)) {
    if (item == Item::kInvalid) {
      out += "!" + std::to_string(reader.line_number()) + ": " + reader.error() + "\n";
      continue;
    }
    out += line.measurement;
    for (const InfluxTag& tag : line.tags) {
      out.append("[").append(tag.name).append("=").append(tag.value).append("]");
    }
    for (const InfluxField& field : line.fields) {
      out.append(" ").append(field.name).append("=").append(std::to_string(field.value));
    }
    out += line.text_fields > 0 ? " text " + std::to_string(line.text_fields) : "";
    out += line.has_time ? " @" + std::to_string(line.time) + "\n" : "\n";
  }
  return out;
}

TEST(InfluxLineReaderTest, ReadsEveryKindOfField) {
  EXPECT_EQ(Read("cpu,host=a,core=0 user=12.5,idle=80i,max=7u,ok=t,bad=FALSE 1700000000000000000"),
            "cpu[host=a][core=0] user=12.500000 idle=80.000000 max=7.000000 ok=1.000000 "
            "bad=0.000000 @1700000000000000000\n");
}

TEST(InfluxLineReaderTest, TimeIsOptional) {
  EXPECT_EQ(Read("m v=1\nm v=-2e3  \r\nm v=3 -5"),
            "m v=1.000000\nm v=-2000.000000\nm v=3.000000 @-5\n");
}

TEST(InfluxLineReaderTest, UndoesEscapes) {
  EXPECT_EQ(Read("my\\ m\\,x,a\\=b=c\\ d\\,e f\\ g=1"), "my m,x[a=b=c d,e] f g=1.000000\n");
  EXPECT_EQ(Read("disk,path=C:\\dir f=1"), "disk[path=C:\\dir] f=1.000000\n");
}

TEST(InfluxLineReaderTest, TextMayHoldAnything) {
  EXPECT_EQ(Read("log msg=\"a, b=\\\"c\\\" \\\\\",n=2 7\nm v=1"),
            "log n=2.000000 text 1 @7\nm v=1.000000\n");
  EXPECT_EQ(Read("log msg=\"two\nlines\",n=2\nbad\n"),
            "log n=2.000000 text 1\n!3: fields are missing\n");
}

TEST(InfluxLineReaderTest, CommentsAndEmptyLinesArePassedOver) {
  EXPECT_EQ(Read("# c\n\n  \nm v=1\n#\nbad"), "m v=1.000000\n!6: fields are missing\n");
  EXPECT_EQ(Read(""), "");
}

TEST(InfluxLineReaderTest, BadLineSpoilsNoOther) {
  EXPECT_EQ(Read("a v=1\nb v=x\nc v=\"open\nd v=4"),
            "a v=1.000000\n"
            "!2: field \"v\" is neither a number, a boolean nor a quoted text: \"x\"\n"
            "!3: the text of a field has no closing quote: \"v\"\n"
            "d v=4.000000\n");
}

TEST(InfluxLineReaderTest, NamesWhatIsWrong) {
  EXPECT_EQ(Read(",a=b v=1"), "!1: measurement is missing\n");
  EXPECT_EQ(Read("m,=b v=1"), "!1: the name of a tag is missing\n");
  EXPECT_EQ(Read("m,a v=1"), "!1: the tag has no value: \"a\"\n");
  EXPECT_EQ(Read("m =1"), "!1: the name of a field is missing\n");
  EXPECT_EQ(Read("m v"), "!1: the field has no value: \"v\"\n");
  EXPECT_EQ(Read("m v=1 soon"), "!1: the timestamp is not a whole number: \"soon\"\n");
  EXPECT_EQ(Read("m v=1 1 2"), "!1: there is something behind the timestamp\n");
  EXPECT_EQ(Read("m v=1.5i"),
            "!1: field \"v\" is neither a number, a boolean nor a quoted text: \"1.5i\"\n");
  EXPECT_EQ(Read("m v=-1u"),
            "!1: field \"v\" is neither a number, a boolean nor a quoted text: \"-1u\"\n");
}

}  // namespace
}  // namespace sb::wire
