import Testing

@testable import Gateway

@Suite struct InflationTests {
  private static let text = Array((0..<3_000).map { "line \($0 * $0)\n" }.joined().utf8)

  private static func inflate(
    _ packed: [UInt8], _ form: Inflation.Form = .gzip, max: Int = 1 << 20, budget: Int = 1 << 30
  ) throws(Inflation.Failure) -> [UInt8] {
    try Inflation.inflate(packed, form, maxBytes: max, reservation: ByteBudget(limit: budget).reserve())
  }

  @Test func everyFormThatClientsSend() throws {
    let text = InflationTests.text
    #expect(try InflationTests.inflate(PackedBody.pack(text)) == text)
    #expect(try InflationTests.inflate(PackedBody.pack(text, bits: 15), .deflate) == text)
    #expect(try InflationTests.inflate(PackedBody.pack(text, bits: -15), .deflate) == text)
    #expect(try InflationTests.inflate(PackedBody.pack([])) == [])
    let twice = PackedBody.pack(text) + PackedBody.pack(text)
    #expect(try InflationTests.inflate(twice) == text + text)
  }

  @Test func aCutIsDamageWhereverItIs() throws {
    let packed = PackedBody.pack(Array("a short body of no great length".utf8))
    for length in 0..<packed.count {
      #expect(throws: Inflation.Failure.self, "\(length)") {
        try InflationTests.inflate(Array(packed[..<length]))
      }
    }
  }

  @Test func everyWrongBitOfTheChecksumIsNoticed() throws {
    let packed = PackedBody.pack(Array("a short body".utf8))
    for bit in 0..<64 {
      var wrong = packed
      wrong[packed.count - 8 + bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: Inflation.Failure.self, "\(bit)") { try InflationTests.inflate(wrong) }
    }
  }

  @Test func whatFollowsTheEndIsDamage() {
    let packed = PackedBody.pack(InflationTests.text)
    for tail in [[0x00], [0x61], [0x1f], [0x1f, 0x8b]] as [[UInt8]] {
      #expect(throws: Inflation.Failure.self) { try InflationTests.inflate(packed + tail) }
    }
    #expect(throws: Inflation.Failure.self) {
      try InflationTests.inflate(PackedBody.pack(InflationTests.text, bits: 15) + [0x61], .deflate)
    }
  }

  @Test(arguments: [-1, 0, 1])
  func theUnpackedSizeHasALimit(_ offset: Int) throws {
    let text = InflationTests.text
    let packed = PackedBody.pack(text)
    if offset < 0 {
      let failure = #expect(throws: Inflation.Failure.self) {
        try InflationTests.inflate(packed, max: text.count + offset)
      }
      #expect(failure == .tooLarge)
    } else {
      #expect(try InflationTests.inflate(packed, max: text.count + offset) == text)
    }
  }

  /// 10 MB of one letter in 10 KB.
  @Test func aBombIsStoppedByItsRatio() throws {
    let bomb = PackedBody.pack([UInt8](repeating: 0x61, count: 10 << 20))
    #expect(bomb.count < 16_384)
    let failure = #expect(throws: Inflation.Failure.self) {
      try InflationTests.inflate(bomb, max: 1 << 30)
    }
    #expect(failure == .tooDense)
    // Small bodies may be as dense as they like.
    let dense = [UInt8](repeating: 0x61, count: Inflation.freeBytes)
    #expect(try InflationTests.inflate(PackedBody.pack(dense)) == dense)
  }

  /// A long honest tail does not pay for it: it is stopped after two blocks, and has taken no more memory.
  @Test func aBombIsStoppedBeforeItHasTakenMemory() throws {
    let bomb =
      PackedBody.pack([UInt8](repeating: 0x61, count: 10 << 20)) + PackedBody.pack(InflationTests.noise)
    let failure = #expect(throws: Inflation.Failure.self) {
      try InflationTests.inflate(bomb, max: 1 << 30, budget: 3 * 65_536)
    }
    #expect(failure == .tooDense)
  }

  /// Text that is honest and repeats itself, as the same event many times.
  @Test func whatRepeatsItselfAsEventsDoPasses() throws {
    let events = Array(
      (0..<5_000).map {
        #"{"id":"e-\#($0)","eventName":"page_viewed","customerId":"c","customerIdType":"cookie"}"# + "\n"
      }
      .joined().utf8)
    let packed = PackedBody.pack(events)
    #expect(events.count > 4 * Inflation.freeBytes)
    #expect(try InflationTests.inflate(packed) == events)
  }

  @Test func memoryIsTakenFromTheBudgetAndGivenBack() throws {
    let budget = ByteBudget(limit: 300_000)
    do {
      let reservation = budget.reserve()
      let failure = #expect(throws: Inflation.Failure.self) {
        try Inflation.inflate(
          PackedBody.pack(InflationTests.noise), .gzip, maxBytes: 1 << 30, reservation: reservation)
      }
      #expect(failure == .noMemory)
      #expect(budget.usedBytes > 0)
    }
    #expect(budget.usedBytes == 0)
  }

  /// A megabyte that hardly packs.
  private static let noise: [UInt8] = {
    var state: UInt64 = 1
    return (0..<1 << 20).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }()
}

/// Packed bodies over the wire.
@Suite(.timeLimit(.minutes(2))) struct PackedRequestTests {
  @Test(arguments: [("gzip", 31), ("x-gzip", 31), ("GZIP", 31), ("deflate", 15), ("deflate", -15)])
  func packedEventsAreTaken(coding: String, bits: Int32) async throws {
    let scene = GatewayScene()
    let body = PackedBody.pack(Array(GatewayScene.event("z").utf8), bits: bits)
    let answer = try await scene.answer(
      to: GatewayScene.post(body, fields: ["Content-Encoding: \(coding)"]))
    #expect(answer.status == 200)
    #expect(scene.log.records.map(\.value) == [GatewayScene.event("z")])
  }

  @Test func damageAndBombsAreTold() async throws {
    let packed = PackedBody.pack(Array(GatewayScene.event("z").utf8))
    let bomb = PackedBody.pack([UInt8](repeating: 0x20, count: 7 << 20))
    for (body, status) in [(Array(packed.dropLast(3)), 400), (packed + [1], 400), (bomb, 413)] {
      let scene = GatewayScene()
      let answer = try await scene.answer(to: GatewayScene.post(body, fields: ["Content-Encoding: gzip"]))
      #expect(answer.status == status)
      #expect(scene.log.attempts == 0)
    }
  }
}
