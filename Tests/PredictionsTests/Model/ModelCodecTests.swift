import JourneyRules
import Predictions
import SeededGenerator
import Testing

/// Models as bytes.
@Suite struct ModelCodecTests {
  private func sample(_ seed: UInt64) -> OutcomeModel {
    var generator = SeededGenerator(seed: seed)
    let tokens = Set(
      (0..<Int(generator.pick(0...80))).compactMap { _ in
        Token(bits: UInt32(truncatingIfNeeded: generator.next()))
      })
    return .random(tokens.sorted(), &generator)
  }

  @Test func readsWhatItWrites() throws {
    for seed in UInt64(0)..<200 {
      let model = sample(seed)
      let again = try OutcomeModel(bytes: model.bytes)
      #expect(again == model)
      #expect(again.bytes == model.bytes)
      #expect(again.hash == model.hash)
    }
  }

  @Test func differentModelsHaveDifferentHashes() {
    #expect(Set((UInt64(0)..<200).map { sample($0).hash }).count == 200)
  }

  @Test func aModelThatEndsEarlyIsRefused() {
    let bytes = sample(1).bytes
    for count in 0..<bytes.count {
      #expect(throws: PredictionFormError.self) { try OutcomeModel(bytes: Array(bytes.prefix(count))) }
    }
    #expect(throws: PredictionFormError.self) { try OutcomeModel(bytes: bytes + [0]) }
  }

  @Test func damagedBytesNeverTrap() {
    let bytes = sample(2).bytes
    var generator = SeededGenerator(seed: 9)
    var refused = 0
    for _ in 0..<20_000 {
      var damaged = bytes
      for _ in 0..<Int(generator.pick(1...4)) {
        damaged[Int(generator.pick(0...Int64(bytes.count - 1)))] = UInt8(truncatingIfNeeded: generator.next())
      }
      guard let model = try? OutcomeModel(bytes: damaged) else {
        refused += 1
        continue
      }
      // What is read has one form, but for numbers that were written longer than need be.
      #expect(model.bytes.count <= damaged.count)
      _ = Scorer(ModelTable([model])).sums([])
    }
    #expect(refused > 5_000)
  }

  @Test func anotherVersionIsRefusedWithItsNumber() {
    var bytes = sample(3).bytes
    bytes[4] = 2
    #expect(throws: PredictionFormError.self) { try OutcomeModel(bytes: bytes) }
    do {
      _ = try OutcomeModel(bytes: bytes)
    } catch {
      #expect(error.description == "version 2 is not one this build reads (1)")
    }
  }

  @Test func anotherFeatureVersionIsRead() throws {
    var bytes = sample(3).bytes
    bytes[5] = 9
    #expect(try OutcomeModel(bytes: bytes).featureVersion == 9)
  }
}
