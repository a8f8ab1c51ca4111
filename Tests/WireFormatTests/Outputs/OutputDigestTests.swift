import EventLog
import Testing

@testable import WireFormat

/// The digest of a batch's outputs.
@Suite struct OutputDigestTests {
  private struct Output {
    var topic = "sessions"
    var partition: Int32 = 3
    var key: [UInt8]? = [1, 2]
    var value: [UInt8]? = [3]
    var headers: HeaderBlock? = HeaderBlock([("a", "b")])
  }

  /// Covers records whenever they make a run, and says how often that was.
  private func digest(_ outputs: [Output], behind first: [Output] = []) -> (text: String, runs: Int) {
    var records = OutputBatch()
    func append(_ output: Output) {
      records.append(
        output.topic, partition: output.partition, key: output.key, value: output.value,
        headers: output.headers)
    }
    for output in first { append(output) }
    var digest = OutputDigest(behind: records)
    var runs = 0
    for output in outputs {
      append(output)
      guard digest.isRun(records) else { continue }
      runs += 1
      digest.cover(records)
    }
    digest.cover(records)
    // What is covered already is not covered again.
    digest.cover(records)
    return (digest.text, runs)
  }

  @Test(arguments: [(-1, 0), (0, 1), (1, 1)])
  func aRunEndsWithTheRecordThatFillsIt(_ more: Int, _ runs: Int) {
    let size = OutputDigest.runBytes + more
    let one = Output(key: nil, value: Array(repeating: 7, count: size - 1), headers: nil)
    let last = Output(key: nil, value: [8], headers: nil)
    #expect(digest([one, last]).runs == runs)
  }

  @Test func whatTheBatchHeldBeforeMakesNoDifference() {
    let outputs = (0..<500).map { number in
      Output(
        partition: Int32(number % 3), key: number % 4 == 0 ? nil : [UInt8(number % 251)],
        value: number % 5 == 0 ? nil : Array(repeating: UInt8(number % 253), count: number * 3),
        headers: number % 6 == 0 ? nil : HeaderBlock([("n", "\(number)")]))
    }
    let alone = digest(outputs)
    #expect(alone.runs > 3)
    #expect(digest(outputs, behind: [Output(), Output()]) == alone)
  }

  @Test func everyPartOfARecordCounts() {
    let all: [[Output]] = [
      [], [Output()], [Output(), Output()], [Output(topic: "actions")], [Output(partition: 4)],
      [Output(key: nil)], [Output(key: [])], [Output(key: [1])], [Output(key: [2, 2])],
      [Output(value: nil)], [Output(value: [])], [Output(value: [4])], [Output(headers: nil)],
      [Output(headers: HeaderBlock([("a", "c")]))],
      // The same bytes, divided in other ways.
      [Output(key: [1], value: [2, 3])], [Output(key: [], value: [1, 2, 3])],
      [Output(), Output(topic: "actions")], [Output(topic: "actions"), Output()],
    ]
    #expect(Set(all.map { digest($0).text }).count == all.count)
  }

  @Test func aTopicCountsByItsName() {
    let outputs = [Output(), Output(topic: "actions")]
    // Both topics have other numbers there.
    let others = [Output(topic: "actions"), Output(topic: "rejected")]
    #expect(digest(outputs, behind: others).text == digest(outputs).text)
  }
}
