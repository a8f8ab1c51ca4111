import Identity
import JourneyModel
import Sessionizer
import Testing

/// Values of persons are found by keys, and by what keys are made of.
@Suite struct PersonKeyTests {
  private static let keys = [
    IdentifierKey.none, IdentifierKey(high: 1, low: 2), IdentifierKey(high: .max, low: .max),
    IdentifierKey(type: .email, value: Array("a@b.c".utf8), source: []),
  ]

  @Test(arguments: [StoredKind.identifier, .device, .contact])
  func aKeyHasTheDigestOfItsBytes(_ kind: StoredKind) {
    for key in PersonKeyTests.keys {
      let whole = kind.keyPrefix + key.bytes
      let digest = FNV1a(of: ByteSlice(offset: 0, length: whole.count), in: whole).value
      #expect(Sessionizer.personDigest(kind, key) == digest)
      #expect(Sessionizer.personDigest(kind, key.bytes) == digest)
      #expect(
        Sessionizer.personID(kind, key.bytes)
          == SessionID(
            type: kind.keyPrefix, customerIDType: [], customerID: whole, firstEventID: [], at: nil))
    }
  }

  @Test func isFoundByItsKeyAlone() {
    let sessionizer = Sessionizer(settings: SessionSettings())
    let device = Identifier(type: .cookie, value: [0x63])
    let record = sessionizer.makeDevice(device, at: EventTime(milliseconds: 1))
    for key in PersonKeyTests.keys {
      #expect(sessionizer.identifier(key) == nil)
      let made = sessionizer.makePerson(.identifier, key.bytes, at: EventTime(milliseconds: 1))
      #expect(sessionizer.identifier(key) === made)
      #expect(sessionizer.device(key) == nil)
    }
    #expect(sessionizer.device(device.key) === record)
  }
}
