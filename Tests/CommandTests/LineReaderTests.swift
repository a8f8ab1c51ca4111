import EventLog
import Foundation
import Testing

@testable import sojourn

@Suite struct LineReaderTests {
  private static let one = #"{"id":"1"}"#
  private static let two = #"{"id":"2"}"#

  /// What a file's bytes give: the records and their lines.
  private func read(
    _ bytes: [UInt8], blockBytes: Int = 1 << 20, maxLineBytes: Int = 1 << 20, isInteractive: Bool = false
  ) async throws -> [(line: Int64, text: String)] {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("lines-\(UUID().uuidString)")
      .path
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let reader = LineReader(
      handle: try #require(FileHandle(forReadingAtPath: path)), path: "the file",
      source: TopicPartition("t", 0),
      maxLineBytes: maxLineBytes, blockBytes: blockBytes, isInteractive: isInteractive)
    var records: [(line: Int64, text: String)] = []
    while let chunk = try await reader.next() {
      for entry in chunk.entries {
        records.append((entry.offset.value, String(decoding: chunk.copy(entry.value) ?? [], as: UTF8.self)))
      }
    }
    #expect(await reader.bytesRead == bytes.count)
    return records
  }

  private func texts(_ text: String, blockBytes: Int = 1 << 20) async throws -> [String] {
    try await read(Array(text.utf8), blockBytes: blockBytes).map(\.text)
  }

  /// As editors on other systems end lines; numbers go on counting them.
  @Test(arguments: ["\r\n", "\n", " \t \r\n", "   \n"]) func linesOfWhiteSpaceAreNoRecords(blank: String)
    async throws
  {
    let text = "\(LineReaderTests.one)\r\n\(blank)\(LineReaderTests.two)\n\(blank) "
    let records = try await read(Array(text.utf8))
    #expect(records.map(\.line) == [1, 3])
    #expect(
      records.map { $0.text.trimmingCharacters(in: .whitespaces) }.map { $0.replacing("\r", with: "") } == [
        LineReaderTests.one, LineReaderTests.two,
      ])
  }

  private static let packed: [(name: String, bytes: [UInt8])] = [
    (
      "gzip",
      "H4sIAAAAAAACA6tWykxRslIyVKrlAgD9vZUWCwAAAB+LCAAAAAAAAgOrVspMUbJSMlKq5QIAExIgBAsAAAA="
    ),
    ("zstd", "KLUv/QRYWQAAeyJpZCI6IjEifQqzfkP3KLUv/QRYWQAAeyJpZCI6IjIifQr/cr8l"),
  ].map { ($0.0, [UInt8](Data(base64Encoded: $0.1) ?? Data())) }

  /// Two members or frames behind each other are one text, as `cat a.gz b.gz` makes it.
  @Test(arguments: packed.map(\.name), [1, 7, 1 << 20])
  func packedFilesAreUnpacked(name: String, blockBytes: Int) async throws {
    let bytes = try #require(Self.packed.first { $0.name == name }).bytes
    let records = try await read(bytes, blockBytes: blockBytes)
    #expect(records.map(\.text) == [Self.one, Self.two])
    #expect(records.map(\.line) == [1, 2])
  }

  /// What is cut off anywhere inside of it says so, whatever has been read until then; damage is noticed.
  @Test(arguments: packed.map(\.name))
  func packedFilesThatAreCutOffOrDamagedSaySo(name: String) async throws {
    let bytes = try #require(Self.packed.first { $0.name == name }).bytes
    var complete = 0
    for length in 4..<bytes.count {
      do {
        #expect(try await read(Array(bytes[..<length])).map(\.text) == [Self.one])
        complete += 1
      } catch let problem as FileProblem {
        #expect(problem.path == "the file")
        #expect(problem.reason == "the \(name) data ends early: the file is cut off")
      }
    }
    // Only behind the first member is it whole; gzip may be filled up with zeros there.
    #expect(complete == 1)
    var damaged = bytes
    damaged[bytes.count / 4] ^= 0x55
    let problem = await #expect(throws: FileProblem.self) { try await read(damaged) }
    #expect(problem?.reason.hasPrefix("the \(name) data is damaged: ") == true)
  }

  @Test(arguments: [
    ("BZh91AY", "bzip2"), ("PK\u{3}\u{4}rest", "a zip archive"), ("PAR1rest", "Parquet"),
    ("Obj\u{1}rest", "Avro"),
    ("{\u{0}\"\u{0}", "text in UTF-16"),
  ])
  func otherFormsAreRefusedByName(text: String, name: String) async throws {
    let problem = await #expect(throws: FileProblem.self) { try await texts(text) }
    #expect(problem?.reason.hasPrefix("it is \(name); expected JSON in UTF-8") == true)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 1 << 20], [false, true])
  func aByteOrderMarkIsPassedOver(blockBytes: Int, isInteractive: Bool) async throws {
    for text in ["\(Self.one)\n\(Self.two)\n", "[\(Self.one),\n\(Self.two)]", Self.one, ""] {
      let marked = FileForm.byteOrderMark + Array(text.utf8)
      let (with, without) = try await (
        read(marked, blockBytes: blockBytes, isInteractive: isInteractive),
        read(Array(text.utf8), blockBytes: blockBytes, isInteractive: isInteractive)
      )
      #expect(with.map(\.text) == without.map(\.text))
      #expect(with.map(\.line) == without.map(\.line))
    }
    // One that is elsewhere is a part of the record.
    #expect(try await texts("\(Self.one)\n\u{feff}\(Self.two)\n") == [Self.one, "\u{feff}\(Self.two)"])
  }

  @Test func linesAreRecordsWithTheirNumbers() async throws {
    let records = try await read(Array("\(Self.one)\n\nnot json\n\(Self.two)".utf8))
    #expect(records.map(\.text) == [Self.one, "not json", Self.two])
    #expect(records.map(\.line) == [1, 3, 4])
  }

  /// However small the pieces are that it is read in.
  @Test(arguments: [1, 3, 1 << 20])
  func arraysAndObjectsOverLinesAreRecords(blockBytes: Int) async throws {
    let pretty = "{\n  \"id\": \"1\"\n}"
    for text in ["[\(Self.one),\(Self.two)]\n", "[\n\(Self.one),\n\(Self.two)\n]\n"] {
      #expect(try await texts(text, blockBytes: blockBytes) == [Self.one, Self.two])
    }
    #expect(try await texts("\(pretty)\n\(pretty)\n", blockBytes: blockBytes) == [pretty, pretty])
    let mixed = Array("[\n  \(pretty),\n  7, \"a]\",\n  \(Self.two)\n]".utf8)
    let records = try await read(mixed, blockBytes: blockBytes)
    #expect(records.map(\.text) == [pretty, "7", "\"a]\"", Self.two])
    #expect(records.map(\.line) == [2, 5, 5, 6])
  }

  @Test(arguments: [-1, 0, 1])
  func aRecordBeyondTheLimitIsCutToOneByteMore(_ offset: Int) async throws {
    let limit = 40
    let record = "{\"a\":\"" + String(repeating: "x", count: limit + offset - 8) + "\"}"
    for text in ["\(record)\n\(Self.one)\n", "[\n\(record),\n\(Self.one)\n]"] {
      for blockBytes in [16, 64, 1 << 20] {
        let records = try await read(Array(text.utf8), blockBytes: blockBytes, maxLineBytes: limit)
        #expect(records.count == 2)
        #expect(records.first.map { $0.text.utf8.count > limit } == (offset > 0))
        #expect(records.last?.text == Self.one)
      }
    }
  }

  @Test(arguments: [-1, 0, 1])
  func howRecordsStandIsToldByTheFirstMebibyte(_ offset: Int) async throws {
    let blanks = String(repeating: " ", count: LineReader.maxFormBytes + offset - 2)
    // The quotation mark below the first line decides; it is byte number `maxFormBytes + offset`, from 0.
    let records = try await read(Array("{\(blanks)\n\"a\":1}".utf8), blockBytes: 300_000)
    #expect(records.count == (offset < 0 ? 1 : 2))
  }

  @Test func anEmptyFileHasNoRecords() async throws {
    for text in ["", "\n\n", " \n", "[]", "[\n]\n"] {
      let records = try await texts(text)
      #expect(records.allSatisfy { $0.allSatisfy(\.isWhitespace) })
    }
  }
}
