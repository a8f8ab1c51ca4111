import EventLog
import Foundation
import JourneyModel
import Processor
import Sessionizer
import Testing
import WireFormat

@testable import LocalStore

/// Cold stores on a real disk.
@Suite struct SQLiteColdStoreTests {
  private func directory() -> String {
    FileManager.default.temporaryDirectory.appending(path: "sojourn-cold-\(UUID().uuidString)").path
  }

  private func files(_ directory: String) -> [String] {
    ((try? FileManager.default.subpathsOfDirectory(atPath: directory)) ?? []).filter {
      $0.contains(".sqlite")
    }
  }

  private func value(_ key: UInt64, _ size: Int = 300) -> ColdValue {
    ColdValue(
      key: key,
      bytes: (0..<size).map { UInt8(truncatingIfNeeded: Int(truncatingIfNeeded: key) &* 31 &+ $0 &* 7) })
  }

  @Test func givesBackWhatWasPutOnce() throws {
    let directory = directory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let store = try SQLiteColdStores(directory: directory, instance: "one").makeStore(lane: 3)
    // Digests above the middle of their range are negative numbers to SQLite.
    let keys: [UInt64] = [0, 1, 1 << 63, .max, 77]
    try store.put(keys.map { value($0) })
    let taken = try store.take([1, 77, .max])
    #expect(taken.map(\.key).sorted() == [1, 77, .max])
    #expect(taken.allSatisfy { $0.bytes == value($0.key).bytes })
    #expect(try store.take([1, 77]).isEmpty)
    var left: [UInt64] = []
    try store.forEach { left.append($0.key) }
    #expect(left.sorted() == [0, 1 << 63])
    try store.put([value(1, 100_000)])
    #expect(try store.take([1]).first?.bytes.count == 100_000)
  }

  @Test func aFileIsMadeWhenItIsNeededAndRemovedWithItsLane() throws {
    let directory = directory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let stores = try SQLiteColdStores(directory: directory, instance: "one")
    var store: (any ColdStore)? = try stores.makeStore(lane: 3)
    #expect(files(directory).isEmpty)
    try store?.put([value(5)])
    #expect(files(directory).count == 1)
    // The next one of the same lane knows nothing of it, even while it is still there.
    let next = try stores.makeStore(lane: 3)
    #expect(try next.take([5]).isEmpty)
    #expect(files(directory).count == 2)
    store = nil
    #expect(files(directory).count == 1)
  }

  @Test func whatAKilledProcessLeftIsRemoved() throws {
    let directory = directory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(
      atPath: directory + "/cold-one", withIntermediateDirectories: true)
    let left = directory + "/cold-one/lane-3-1.sqlite"
    let foreign = directory + "/cold-one/notes.txt"
    try Data("not a database".utf8).write(to: URL(fileURLWithPath: left))
    try Data("mine".utf8).write(to: URL(fileURLWithPath: foreign))
    let store = try SQLiteColdStores(directory: directory, instance: "one").makeStore(lane: 3)
    #expect(!FileManager.default.fileExists(atPath: left))
    #expect(FileManager.default.fileExists(atPath: foreign))
    try store.put([value(5)])
    #expect(try store.take([5]).count == 1)
  }

  @Test func aFolderThatCannotBeMadeStopsTheStart() throws {
    let file = directory()
    try Data().write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    let error = #expect(throws: LogError.self) { try SQLiteColdStores(directory: file, instance: "one") }
    #expect(error?.reaction == .fatal)
    #expect(error?.message.contains(file) == true)
  }

  // MARK: A lane on it

  private static let sessions = 5_000

  private func batch(_ id: String, _ numbers: Range<Int>, _ decoder: EventDecoder) -> LaneBatch {
    var chunk = RecordChunk(source: TopicPartition("custom", 0), next: NextOffset(0))
    let at = EventTime(milliseconds: 1_767_600_000_000)
    for number in numbers {
      let json =
        "{\"id\":\"\(id)\(number)\",\"eventName\":\"moved\",\"createdDate\":\"\(at.iso8601)\",\"customerId\":\"c\(number)\",\"sessionType\":\"parcel\",\"externalId\":\"x\(number)\"}"
      chunk.append(offset: RecordOffset(Int64(number)), timestamp: -1, key: nil, value: Array(json.utf8))
    }
    chunk.seal()
    return LaneBatch(takenAt: at, inputs: [decoder.decode(chunk, stream: .custom)])
  }

  private func reduce(_ batch: LaneBatch, _ machine: LaneMachine) throws {
    var records = OutputBatch()
    try machine.activate(for: batch)
    _ = machine.reduce(batch, into: &records)
    try machine.passivate()
  }

  /// A lane of 5,000 sessions with 40 KB of memory for them.
  private func lane(_ directory: String) throws -> (LaneMachine, EventDecoder) {
    var settings = LaneSettings()
    settings.partitions = 1
    settings.checkpointAge = EventTime.Span(milliseconds: 0)
    let decoder = try #require(EventDecoder(limits: settings.decoding, partitions: 1))
    let stores = try SQLiteColdStores(directory: directory, instance: "one")
    let machine = LaneMachine(
      lane: 0, settings: settings, configuration: "c0ffee", coldStore: try stores.makeStore(lane: 0))
    machine.memoryShare = 40_000
    for start in stride(from: 0, to: SQLiteColdStoreTests.sessions, by: 500) {
      try reduce(batch("a", start..<start + 500, decoder), machine)
      #expect(machine.residentBytes <= machine.memoryShare)
    }
    #expect(machine.sessionCount == SQLiteColdStoreTests.sessions)
    #expect(machine.passiveSessions > SQLiteColdStoreTests.sessions * 9 / 10)
    return (machine, decoder)
  }

  @Test func everyIdleSessionIsFoundByItsNextEvent() throws {
    let directory = directory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let (machine, decoder) = try lane(directory)
    var ids: [String: SessionID] = [:]
    try machine.forEachValue { ids[$0.identity.text($0.identity.externalID)] = $0.id }
    #expect(ids.count == SQLiteColdStoreTests.sessions)
    for start in stride(from: 0, to: SQLiteColdStoreTests.sessions, by: 500) {
      try reduce(batch("b", start..<start + 500, decoder), machine)
    }
    var found = 0
    try machine.forEachValue {
      if $0.session?.eventCount == 2, ids[$0.identity.text($0.identity.externalID)] == $0.id { found += 1 }
    }
    #expect(found == SQLiteColdStoreTests.sessions)
    #expect(machine.sessionCount == SQLiteColdStoreTests.sessions)
    #expect(machine.residentBytes <= machine.memoryShare)
  }

  @Test func aMissingRowSendsTheLaneBackToTheLog() throws {
    let directory = directory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    var settings = LaneSettings()
    settings.partitions = 1
    settings.checkpointAge = EventTime.Span(milliseconds: 0)
    let store = try SQLiteColdStores(directory: directory, instance: "one").makeStore(lane: 0)
    let machine = LaneMachine(lane: 0, settings: settings, configuration: "c0ffee", coldStore: store)
    machine.memoryShare = 0
    let decoder = try #require(EventDecoder(limits: settings.decoding, partitions: 1))
    try reduce(batch("a", 0..<100, decoder), machine)
    var keys: [UInt64] = []
    try store.forEach { keys.append($0.key) }
    #expect(try store.take([try #require(keys.first)]).count == 1)
    let error = #expect(throws: LogError.self) { try reduce(batch("b", 0..<100, decoder), machine) }
    #expect(error?.reaction == .abortAndRewind)
    #expect(error?.code == "localStoreDamaged")
  }

  @Test func aDamagedFileSendsTheLaneBackToTheLog() throws {
    let directory = directory()
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let (machine, decoder) = try lane(directory)
    let path = directory + "/" + (try #require(files(directory).first))
    let size = try #require(
      try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
    #expect(size > 1 << 20, "all of it may be in the page cache")
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    // Behind the header and the schema, one byte of each page.
    for offset in stride(from: 3 * 4_096 + 1_000, to: size, by: 4_096) {
      try handle.seek(toOffset: UInt64(offset))
      let byte = try #require(try handle.read(upToCount: 1)?.first)
      try handle.seek(toOffset: UInt64(offset))
      try handle.write(contentsOf: [byte ^ 0x10])
    }
    try handle.close()
    let error = #expect(throws: LogError.self) {
      for start in stride(from: 0, to: SQLiteColdStoreTests.sessions, by: 500) {
        try reduce(batch("b", start..<start + 500, decoder), machine)
      }
    }
    #expect(error?.reaction == .abortAndRewind)
    #expect(error?.code == "localStoreDamaged")
  }
}
