import JourneyModel
import Testing

/// SHA-1 and name-based UUIDs against published vectors and Python's hashlib and uuid.
@Suite struct UUIDVersion5Tests {
  private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { byte in
      let text = String(byte, radix: 16)
      return text.count == 1 ? "0" + text : text
    }.joined()
  }

  @Test(arguments: [
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"), ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
    (
      "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
      "a49b2446a02c645bf419f995b67091253a04a259"
    ),
  ])
  func sha1GivesTheDigestsOfFIPS180(_ message: String, _ digest: String) {
    #expect(hex(UUIDVersion5.sha1(Array(message.utf8))) == digest)
  }

  @Test func sha1OfAMillionLetters() {
    let message = [UInt8](repeating: 0x61, count: 1_000_000)
    #expect(hex(UUIDVersion5.sha1(message)) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
  }

  /// Byte `i` of a message of `n` bytes is `(7 i + n) mod 256`; digests by Python's hashlib.
  @Test(arguments: [
    (1, "bf8b4530d8d246dd74ac53a13471bba17941dff7"), (3, "4201de9f98cb0a9b8cf52398be7802b55d45266a"),
    (54, "7fe50979b12cf9232dda5ca196ac5d968090bc2c"), (55, "63ac9708fb581dd150d3647549f9e0cb51dcf1df"),
    (56, "5a0c4d0eb2f15e05bbbff6b8dada9ae767fc03f0"), (57, "4e77d3077d2ab5167db3434c31cac3d15a3afc12"),
    (62, "13c7fa27348fc42cb0624aac3abfb9cadf2a8ebb"), (63, "d94ff3ad53f9b9327704b812ee9c1f3abbba3d48"),
    (64, "5f55a35e13f1865e7ffc22dca1275b1a49b0ff56"), (65, "d7f8931010f8342a97383e1410a58c47d057708b"),
    (119, "774001b5ad1f46b40c48e1b94cb092c593ead25b"), (120, "6ebf3111dc761f11b13f29df0484848785385973"),
    (127, "82d007f6e7e5672722c0717b6bea2ba6f17cd35c"), (128, "0a44ac02432f6ead67d86fcb70a4d8ce589e50ec"),
    (1_000, "7461968a9edb9b418224f1acb305d2feeaa10ba5"),
  ])
  func sha1PadsEveryLength(_ length: Int, _ digest: String) {
    let message = (0..<length).map { UInt8(truncatingIfNeeded: 7 * $0 + length) }
    #expect(hex(UUIDVersion5.sha1(message)) == digest)
  }

  @Test func givesTheExampleOfRFC9562() {
    // The name space for DNS, 6ba7b810-9dad-11d1-80b4-00c04fd430c8 (appendix A.4).
    var dns = UUIDVersion5.urlNamespace
    dns[3] = 0x10
    let bytes = UUIDVersion5.bytes(namespace: dns, name: Array("www.example.com".utf8))
    #expect(hex(bytes) == "2ed6657de927568b95e12665a8aea6a2")
  }

  @Test func givesPythonsUUIDOfAnAddress() {
    let name = Array("http://www.example.com/".utf8)
    let bytes = UUIDVersion5.bytes(namespace: UUIDVersion5.urlNamespace, name: name)
    #expect(hex(bytes) == "fcde3c852270590f9e7cee003d65e0e2")
  }
}
