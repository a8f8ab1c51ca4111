internal import EmbeddedLog
internal import EventLog
internal import Testing

/// What stays however long nobody runs and whatever the clock says.
@Suite struct SilenceTests {
  private let file: TemporaryFile
  private let clock = ManualClock()
  private let week: Duration = .seconds(7 * 86_400)
  private let source = TopicPartition("in", 0)

  init() throws { file = try TemporaryFile() }

  private func open(
    held: Set<String> = ["in"], bounded: Set<String> = [], maxInputBytes: Int64 = 1 << 20
  ) throws -> EmbeddedLog {
    var configuration = clock.configuration()
    configuration.heldTopics = held
    configuration.boundedTopics = bounded
    configuration.maxInputBytes = maxInputBytes
    return try EmbeddedLog(path: file.path, configuration: configuration)
  }

  private func create(_ log: EmbeddedLog, _ settings: [String: String] = ["retention.ms": "604800000"]) throws
  {
    try log.create([TopicSpecification(name: "in", partitions: 1, settings: settings)])
  }

  private func offsets(_ log: EmbeddedLog) throws -> [Int64] { try Steps.contents(in: log).map(\.offset) }

  @Test func nothingGoesThatWasNotReleased() throws {
    let log = try open()
    try create(log)
    try Steps.publish(0..<5, of: log)
    try log.compact()
    clock.advance(by: .seconds(400 * 86_400))
    #expect(try log.compact().removed == 0)
    try log.release(before: [source: NextOffset(3)], history: week)
    #expect(try log.compact().expired == 3)
    #expect(try offsets(log) == [3, 4])
    // Positions below earlier ones do nothing.
    try log.release(before: [source: NextOffset(1)], history: week)
    #expect(try log.compact().removed == 0)
  }

  @Test func whatWasReleasedStaysForItsHistory() throws {
    let log = try open()
    try create(log)
    try Steps.publish(0..<5, of: log)
    try log.release(before: [source: NextOffset(5)], history: week)
    try log.compact()
    clock.advance(by: week)
    #expect(try log.compact().removed == 0)
    clock.advance(by: .seconds(1))
    #expect(try log.compact().expired == 5)
  }

  /// The processor's own topics are held by their name in the file, also for a process that has not heard of
  /// them.
  @Test func whatIsHeldStandsInTheFile() throws {
    try create(try open())
    let log = try open()
    try Steps.publish(0..<5, of: log)
    try log.compact()
    let other = try open(held: [])
    clock.advance(by: week + week)
    #expect(try other.compact().removed == 0)
    #expect(try offsets(other).count == 5)
  }

  @Test(arguments: [-400, -8, 8, 400]) func aClockThatIsSetMakesNothingOld(days: Int) throws {
    let log = try open(held: [])
    try create(log)
    try Steps.publish(0..<3, of: log)
    try log.compact()
    clock.set(by: .seconds(days * 86_400))
    try Steps.publish(3..<5, of: log)
    #expect(try log.compact().removed == 0)
    clock.set(by: .seconds(-days * 86_400))
    try Steps.publish(5..<6, of: log)
    #expect(try log.compact().removed == 0)
    // Time that really passes still counts, whatever the records say of themselves.
    clock.advance(by: .seconds(3 * 3_600))
    #expect(try log.compact().removed == 0)
    clock.advance(by: week + .seconds(1))
    #expect(try log.compact().expired == 6)
  }

  /// After a restart of the machine the wall clock is all there is: one reading of it counts for an hour at
  /// most.
  @Test func aWrongClockAfterARestartAgesAnHour() throws {
    let log = try open(held: [])
    try create(log, ["retention.ms": "7200000"])
    try Steps.publish(0..<3, of: log)
    try log.compact()
    clock.set(by: .seconds(400 * 86_400))
    clock.reboot()
    #expect(try log.compact().removed == 0)
    clock.set(by: .seconds(-400 * 86_400))
    clock.reboot()
    #expect(try log.compact().removed == 0)
    clock.advance(by: .seconds(3_600))
    #expect(try log.compact().removed == 0)
    clock.advance(by: .seconds(1))
    #expect(try log.compact().expired == 3)
  }

  @Test func marksAreBounded() throws {
    let log = try open(held: [])
    try create(log)
    for value in 0..<400 {
      try Steps.publish(value..<value + 1, of: log)
      try log.compact()
      clock.advance(by: .seconds(3_600))
    }
    // Of 400 records, one an hour, those of the last week and of at most one mark more are there.
    let left = try offsets(log)
    #expect(left.count >= 168 && left.count <= 168 + 4, "\(left.count)")
    #expect(left.last == 399)
  }

  @Test(arguments: [-1, 0, 1]) func inputIsRefusedAtItsLimit(_ offset: Int64) throws {
    let log = try open(bounded: ["in"], maxInputBytes: 10)
    try create(log)
    try Steps.publish(0..<5, of: log)
    try Steps.publish([("k", "12")], to: "in", of: log)
    // Eight bytes are there, none of them read.
    let text = String(repeating: "x", count: Int(1 + offset))
    let error = Steps.logError { try Steps.publish([("k", text)], to: "in", of: log) }
    if offset <= 0 {
      #expect(error == nil)
      #expect(try offsets(log).count == 7)
    } else {
      #expect(error?.code == LogError.logFull && error?.reaction == .retry)
      #expect(error?.message.contains("8 bytes") == true && error?.message.contains("(10)") == true)
      #expect(try offsets(log).count == 6)
      // What was read gives way, the oldest first, and no more than is needed.
      try log.release(before: [source: NextOffset(4)], history: week)
      try Steps.publish([("k", text)], to: "in", of: log)
      #expect(try offsets(log) == [1, 2, 3, 4, 5, 6])
    }
  }

  @Test func outputsAreNotBoundedByTheInputs() throws {
    let log = try open(bounded: ["in"], maxInputBytes: 1)
    try create(log)
    try log.create([TopicSpecification(name: "out", partitions: 1)])
    try Steps.publish(0..<50, to: "out", of: log)
    #expect(try Steps.contents(of: "out", in: log).count == 50)
  }

  @Test func theFileIsItsOwnersAlone() throws {
    let log = try open()
    try create(log)
    for path in [file.path, file.path + "-wal", file.path + "-shm"] {
      #expect(try TemporaryFile.mode(of: path) == 0o600, "\(path)")
    }
  }

  @Test func freePagesAreGivenBack() throws {
    let log = try open(held: [])
    try create(log)
    let block = String(repeating: "x", count: 6_000)
    for _ in 0..<20 {
      try Steps.publish((0..<500).map { _ in ("k", block) }, to: "in", of: log)
    }
    try log.compact(maxRecords: 20_000)
    let full = try log.size()
    clock.advance(by: week + .seconds(1))
    #expect(try log.compact(maxRecords: 20_000).expired == 10_000)
    var calls = 1
    while try log.size().freeBytes > 9 << 20, calls < 100 {
      try log.compact()
      calls += 1
    }
    let empty = try log.size()
    #expect(calls > 2 && calls < 100, "\(calls) bounded steps")
    #expect(empty.freeBytes <= 9 << 20 && empty.freeBytes >= 7 << 20, "\(empty)")
    #expect(full.fileBytes > 60 << 20 && empty.fileBytes < 20 << 20, "\(full) \(empty)")
  }
}
