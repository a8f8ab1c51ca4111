import Predictions
import Testing

/// Tokens: what models are made of, so none may ever change under one feature version.
@Suite struct TokenTests {
  @Test func areThoseOfFeatureVersionOne() {
    #expect(Feature.version == 1)
    #expect(Mixing.digest("page_viewed") == 1_454_309_189)
    var digest: UInt64 = 0
    for family in Feature.Family.allCases {
      for second in UInt32(0)..<8 {
        let token = Feature(family, Mixing.digest("a"), second).token
        digest = Mixing.mix(digest, UInt64(token.bits))
      }
    }
    #expect(digest == 4_403_699_144_974_160_450)
  }

  @Test func countsOfANameDifferInTheirBucketOnly() {
    let first = Feature(.count, Mixing.digest("cart"), 0).token
    for bucket in 0..<Steps.counts.count {
      let token = Feature(.count, Mixing.digest("cart"), UInt32(bucket)).token
      #expect(token.isCount)
      #expect(token.bucket == bucket)
      #expect(token == first.with(bucket: bucket))
    }
    #expect(Feature(.count, Mixing.digest("card"), 0).token.bits >> 3 != first.bits >> 3)
  }

  @Test func nothingElseLooksLikeACount() {
    for family in Feature.Family.allCases where family != .count {
      for first in UInt32(0)..<2_000 { #expect(!Feature(family, first).token.isCount) }
    }
  }

  @Test func familiesDoNotMix() {
    var tokens = Set<Token>()
    for family in Feature.Family.allCases {
      for first in UInt32(0)..<8 { tokens.insert(Feature(family, first).token) }
    }
    #expect(tokens.count == Feature.Family.allCases.count * 8)
  }

  @Test func zeroIsNoToken() {
    #expect(Token(bits: 0) == nil)
    #expect(Token(bits: 1)?.bits == 1)
  }

  @Test(arguments: [(1, 0), (2, 1), (4, 3), (5, 3), (6, 4), (8, 4), (9, 5), (21, 6), (22, 7), (1_000, 7)])
  func countsFallIntoBuckets(count: Int, bucket: Int) {
    #expect(Steps.bucket(count, of: Steps.counts) == bucket)
  }

  @Test(
    arguments: [
      (-1, 0), (0, 0), (999, 0), (1_000, 1), (1_999, 1), (2_000, 2), (3_999, 2), (4_000, 3), (1_024_000, 11),
    ])
  func spansFallIntoOctaves(milliseconds: Int64, octave: UInt32) {
    #expect(Steps.octave(milliseconds: milliseconds) == octave)
  }
}
