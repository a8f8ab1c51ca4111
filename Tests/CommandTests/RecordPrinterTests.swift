import EventLog
import Foundation
import Testing

@testable import Presentation
@testable import sojourn

@Suite struct RecordPrinterTests {
  private func lines(
    _ form: RecordPrinter.Form, _ records: [(key: [UInt8]?, value: [UInt8]?, headers: HeaderBlock?)]
  )
    -> [String]
  {
    var chunk = RecordChunk(source: TopicPartition("web", 2), next: NextOffset(0))
    for (index, record) in records.enumerated() {
      chunk.append(
        offset: RecordOffset(Int64(7 + index)), timestamp: index == 0 ? 1_000 : -1, key: record.key,
        value: record.value, headers: record.headers)
    }
    chunk.seal()
    let printer = RecordPrinter(terminal: Terminal(environment: ["NO_COLOR": "1"]), form: form)
    let text = String(decoding: printer.lines(chunk.entries, of: chunk), as: UTF8.self)
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func jsonHasAllOfARecord() throws {
    let headers = HeaderBlock([("a", "x\"y")])
    let lines = lines(
      .json,
      [
        (Array("ada".utf8), Array("{\"b\":\n 1}".utf8), headers), (nil, nil, nil), ([0xff], [0xfe], nil),
        (nil, Array("no json\n".utf8), nil), (nil, Array("7".utf8), nil),
      ])
    #expect(
      lines == [
        #"{"topic":"web","partition":2,"offset":7,"timestamp":1000,"key":"ada","headers":{"a":"x\"y"},"value":{"b":  1}}"#,
        #"{"topic":"web","partition":2,"offset":8,"key":null,"headers":{},"value":null}"#,
        #"{"topic":"web","partition":2,"offset":9,"keyBase64":"/w==","headers":{},"valueBase64":"/g=="}"#,
        #"{"topic":"web","partition":2,"offset":10,"key":null,"headers":{},"value":"no json\n"}"#,
        #"{"topic":"web","partition":2,"offset":11,"key":null,"headers":{},"value":7}"#,
      ])
    for line in lines { _ = try JSONSerialization.jsonObject(with: Data(line.utf8)) }
  }

  @Test func otherFormsAreWhatTheyWere() {
    let record = (key: Array("k".utf8), value: Array("v".utf8), headers: HeaderBlock([("a", "b")]))
    #expect(lines(.value, [record]) == ["v"])
    #expect(lines(.headers, [record]) == ["2:7\tk\ta=b\tv"])
    let forged = (
      key: Array("k\u{1b}[31m".utf8), value: Array("v".utf8),
      headers: HeaderBlock([("why", "bad\nin.ndjson:9: fake\u{202e}")])
    )
    #expect(lines(.headers, [forged]) == ["2:7\tk\u{fffd}[31m\twhy=bad\u{fffd}in.ndjson:9: fake\u{fffd}\tv"])
    #expect(lines(.value, [(nil, nil, nil), (nil, [0xff], nil)]) == ["null", "base64:/w=="])
  }
}
