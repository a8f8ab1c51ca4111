import CRdKafka
import EventLog
import Testing

@testable import KafkaLog

@Suite struct ConversionTests {
  @Test(
    arguments: [
      (Duration.zero, 0), (.milliseconds(1), 1), (.microseconds(1), 1), (.milliseconds(-5), 0),
      (.seconds(-1), 0),
      (.seconds(15), 15_000), (.microseconds(1500), 2), (.seconds(10_000_000_000), 2_000_000_000),
    ] as [(Duration, Int32)])
  func durationsAreRoundedUpAndClamped(duration: Duration, milliseconds: Int32) {
    #expect(duration.milliseconds == milliseconds)
  }

  @Test func aDeadlinePasses() {
    #expect(Deadline(after: .zero).hasPassed)
    #expect(!Deadline(after: .seconds(1000)).hasPassed)
  }

  @Test func headersBecomeAListOfLibrdkafka() throws {
    var block = HeaderBlock([("ce_id", "1"), ("empty", "")])
    block.append("null", nil)
    #expect(list(block.bytes) == ["ce_id=1", "empty=", "null=nil"])
  }

  @Test func aDamagedTailEndsTheList() throws {
    let block = HeaderBlock([("first", "1"), ("second", "2")])
    for length in 0..<block.bytes.count {
      let found = list(Array(block.bytes.prefix(length)))
      #expect(found == [] || found == ["first=1"], "\(length)")
    }
  }

  private func list(_ encoded: [UInt8]) -> [String] {
    guard let headers = encoded.withUnsafeBytes({ HeaderConversion.makeList($0) }) else { return [] }
    defer { rd_kafka_headers_destroy(headers) }
    return (0..<rd_kafka_header_cnt(headers)).map { index in
      var name: UnsafePointer<CChar>?
      var value: UnsafeRawPointer?
      var size = 0
      rd_kafka_header_get_all(headers, index, &name, &value, &size)
      let text = value.map { String(decoding: UnsafeRawBufferPointer(start: $0, count: size), as: UTF8.self) }
      return "\(name.map { String(cString: $0) } ?? "?")=\(text ?? "nil")"
    }
  }
}
