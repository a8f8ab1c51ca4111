import EventLog
import JourneyModel
import LaneScenes
import SeededGenerator
import Testing
import WireFormat

@testable import LogTools
@testable import Processor

/// The order in which a replay takes events from its inputs.
@Suite struct ReplayMergerTests {
  /// Times taken, portion by portion, each portion merged as a lane merges it.
  private func order(_ inputs: [[Int64]], size: Int) async throws -> [String] {
    let settings = LaneHarness.settings()
    let sources = inputs.enumerated().map { index, times in
      let lines = ReplayTests.Lines(
        times.map { LaneHarness.event("e", at: $0, of: "ann") }, input: Int32(index), size: size)
      return Replay.Input(stream: .web) { await lines.chunk() }
    }
    var merger = ReplayMerger(sources, settings: settings)
    var result: [String] = []
    while let portion = try await merger.next() {
      #expect(portion.rejected.isEmpty)
      var rest = portion.decoded.map { part in
        part.chunk.times[part.events].map {
          (time: $0.milliseconds - LaneHarness.start, input: part.chunk.chunk.source.partition)
        }[...]
      }
      while let best = rest.indices.filter({ !rest[$0].isEmpty }).min(by: {
        rest[$0].first!.time < rest[$1].first!.time
      }) {
        let taken = rest[best].removeFirst()
        result.append("\(taken.input):\(taken.time)")
      }
    }
    return result
  }

  @Test(arguments: [1, 2, 3, 100])
  func takesTheEarliestHead(_ size: Int) async throws {
    let order = try await order([[1, 4, 7], [2, 3, 9], [5]], size: size)
    #expect(order == ["0:1", "1:2", "1:3", "0:4", "2:5", "0:7", "1:9"])
  }

  @Test(arguments: [1, 2, 3, 100])
  func keepsEachInputsOwnOrder(_ size: Int) async throws {
    let order = try await order([[5, 1, 6], [2, 8]], size: size)
    #expect(order == ["1:2", "0:5", "0:1", "0:6", "1:8"])
  }

  @Test(arguments: [1, 2, 3, 100])
  func ofEqualTimesTheEarlierInputGoesFirst(_ size: Int) async throws {
    let order = try await order([[3, 7, 7], [3, 5, 7], [7]], size: size)
    #expect(order == ["0:3", "1:3", "1:5", "0:7", "0:7", "1:7", "2:7"])
  }

  @Test func takesEverythingOnceWhateverTheChunks() async throws {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<20 {
      let inputs = (0..<Int(generator.pick(1...4))).map { _ in
        (0..<generator.pick(0...20)).map { _ in generator.pick(0...30) }
      }
      let whole = try await order(inputs, size: 100)
      #expect(whole.count == inputs.map(\.count).reduce(0, +))
      for size in [1, 2, 5] {
        let cut = try await order(inputs, size: size)
        #expect(cut == whole, "chunks of \(size): \(inputs)")
      }
    }
  }

  @Test(arguments: [1, 2, 7])
  func aSingleInputKeepsItsOrder(_ size: Int) async throws {
    var generator = SeededGenerator(seed: 2)
    let times = (0..<100).map { _ in generator.pick(0...9) }
    #expect(try await order([times], size: size) == times.map { "0:\($0)" })
  }
}
