internal import JourneyModel
internal import LaneStorage
internal import Processor
internal import SimulatedLog

/// The disk of one machine: lane files that outlive the processes on it, and what disks do to files.
///
/// Unchecked, because one thread of a simulation runs at a time.
final class SimulatedDisk: LaneFiles, @unchecked Sendable {
  /// What becomes of files.
  enum Fault: String, CaseIterable {
    /// Only the first part of a file is there.
    case torn
    /// A byte has changed.
    case damaged
    /// A file was written and the older one is back.
    case stale
    /// A file is another lane's.
    case swapped
    /// A file cannot be opened.
    case unreadable
    /// A file cannot be written.
    case unwritable
  }

  private var files: [LaneNumber: [UInt8]] = [:]
  private var older: [LaneNumber: [UInt8]] = [:]
  private var random: SeededRandom
  /// One in so many operations goes wrong; 0 for none.
  var faultInterval: Int
  private let report: (Fault) -> Void

  init(random: SeededRandom, faultInterval: Int, report: @escaping (Fault) -> Void) {
    self.random = random
    self.faultInterval = faultInterval
    self.report = report
  }

  func open(_ lane: LaneNumber) throws -> (any LaneFileSource)? {
    guard var bytes = files[lane] else { return nil }
    if random.chance(oneIn: faultInterval) {
      let fault = Fault.allCases[random.below(5)]
      switch fault {
      case .torn: bytes = Array(bytes.prefix(random.below(bytes.count)))
      case .damaged: bytes[random.below(bytes.count)] ^= UInt8(1 << random.below(8))
      case .stale:
        guard let before = older[lane] else { return Source(bytes) }
        bytes = before
      case .swapped:
        guard let other = files.keys.sorted().first(where: { $0 != lane }) else { return Source(bytes) }
        bytes = files[other] ?? []
      case .unreadable:
        report(fault)
        throw LaneFileDoubt(.unreadable, "made to fail")
      case .unwritable: break
      }
      report(fault)
    }
    return Source(bytes)
  }

  func create(_ lane: LaneNumber) throws -> any LaneFileDraft { Draft(lane, self) }

  private func publish(_ lane: LaneNumber, _ bytes: [UInt8]) throws {
    if random.chance(oneIn: faultInterval) {
      report(.unwritable)
      throw LaneFileDoubt(.unreadable, "no space left")
    }
    older[lane] = files[lane]
    files[lane] = bytes
  }

  private final class Source: LaneFileSource {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var size: Int { bytes.count }

    func read() throws -> [UInt8]? {
      guard position < bytes.count else { return nil }
      let part = Array(bytes[position..<min(position + 700, bytes.count)])
      position += part.count
      return part
    }

    func close() {}
  }

  /// Unchecked, because one thread of a simulation runs at a time.
  private final class Draft: LaneFileDraft, @unchecked Sendable {
    private let lane: LaneNumber
    private let disk: SimulatedDisk
    private var bytes: [UInt8] = []

    init(_ lane: LaneNumber, _ disk: SimulatedDisk) {
      self.lane = lane
      self.disk = disk
    }

    func write(_ bytes: [UInt8]) throws { self.bytes += bytes }
    func complete() throws {}
    func publish() throws { try disk.publish(lane, bytes) }
    func discard() { bytes = [] }
  }
}
