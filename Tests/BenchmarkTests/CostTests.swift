import Testing

@testable import Benchmark

/// What callgrind has counted is given to stages, and compared with what was recorded.
@Suite struct CostTests {
  private static let conditions = CostReference.Conditions(events: 100, seed: 1, processor: "a processor")

  private static func reference(_ counts: [String: Int]) -> CostReference {
    var reference = CostReference(conditions)
    for (stage, count) in counts { reference.counts[.init(way: "replay", stage: stage)] = count }
    return reference
  }

  @Test(arguments: [(10_300, false), (10_301, true), (9_000, false), (11_234, true)])
  func moreThanThreePercentIsAGrowth(_ now: Int, _ isGrowth: Bool) {
    let growths = CostTests.reference(["decode": 10_000]).growths(to: CostTests.reference(["decode": now]))
    #expect(growths.map(\.now) == (isGrowth ? [now] : []))
  }

  @Test(arguments: [(CostReference.leastGrowth - 1, false), (CostReference.leastGrowth, true), (21, true)])
  func aFewInstructionsAreNone(_ more: Int, _ isGrowth: Bool) {
    let growths = CostTests.reference(["rules": 10]).growths(to: CostTests.reference(["rules": 10 + more]))
    #expect(growths.isEmpty != isGrowth)
  }

  @Test func whatHasGrownIsSaidTheMostFirst() {
    let before = CostTests.reference(["decode": 8_612, "reduce": 4_000, "all": 17_600])
    let now = CostTests.reference(["decode": 9_004, "reduce": 4_500, "all": 18_100])
    #expect(
      before.remarks(on: now) == [
        "cost: replay, reduce: 4000 -> 4500 instructions an event (+12.5 %)",
        "cost: replay, decode: 8612 -> 9004 instructions an event (+4.5 %)",
      ])
    #expect(
      before.remarks(on: before) == ["cost: no stage takes 3 % more instructions an event than recorded"])
  }

  @Test func whatCannotBeComparedIsSaid() {
    let before = CostTests.reference(["decode": 1_000])
    var other = before
    other.conditions.events = 200
    #expect(before.remarks(on: other).first?.hasPrefix("cost: not compared") ?? false)
    other = before
    other.conditions.processor = "another"
    #expect(
      before.remarks(on: other).first == "cost: the recorded counts are of another processor, a processor")
    other = before
    other.counts[.init(way: "new", stage: "all")] = 5
    #expect(before.remarks(on: other).first == "cost: new: not recorded yet")
  }

  @Test func theFileIsReadBack() {
    let reference = CostTests.reference(["decode": 8_612, "all": 17_600])
    #expect(CostReference(text: reference.text) == reference)
    #expect(reference.text.hasPrefix("# events\t100\tseed\t1\tprocessor\ta processor\nreplay\tall\t17600\n"))
    for text in ["", "replay\tall\t1\n", reference.text + "replay\tall\n", reference.text + "replay\tx\ty\n"]
    {
      #expect(CostReference(text: text) == nil)
    }
  }

  /// A helper is paid for by its callers; what it calls in its turn and has a stage is that one's.
  @Test func aHelperIsPaidForByItsCallers() {
    let profile = CallgrindProfile(
      text: """
        events: Ir Dr I1mr D1mr ILmr DLmr
        fn=(1) EventDecoder.decode
        10 100 1 2 3 4 5
        cfn=(2) malloc
        calls=3 20
        11 40 0 0 0 0 8
        fn=(3) $s11Sessionizer.fold
        +1 200
        cfn=(2)
        calls=1 20
        * 60
        fn=(2)
        20 70 0 1 0 0 2
        cfn=(4) LZ4_compress
        calls=1 30
        21 30 0 0 0 0 6
        fn=(4)
        30 30 0 0 0 0 6
        """)
    #expect(profile.total.instructions == 400)
    #expect(profile.total.instructionMisses == 3)
    #expect(profile.total.dataMisses == 3)
    #expect(profile.total.cacheMisses == 4 + 5 + 2 + 6)
    let shares = CostShares(profile, of: \.instructions).counts
    // Of the helper's 100 instructions 70 are its own.
    #expect(shares[.decode] == 100 + 40 * 0.7)
    #expect(shares[.reduce] == 200 + 60 * 0.7)
    #expect(shares[.redo] == 30)
    #expect(abs(shares[.other] ?? 1) < 0.001)
    #expect(CostShares(profile, of: \.cacheMisses).counts[.decode] == 9 + 8 * 0.25)
  }
}
