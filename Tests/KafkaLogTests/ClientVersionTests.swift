import EventLog
import Testing

@testable import KafkaLog

@Suite struct ClientVersionTests {
  @Test(
    arguments: [
      0x0109_00ff, 0x0200_02ff, 0x0201_01ff, 0x0201_ffff, 0x0205_00ff, 0x0205_03ff, 0x020a_00ff, 0x0300_00ff,
    ] as [UInt32])
  func accepts(version: UInt32) {
    #expect(ClientVersion.refusal(of: version) == nil)
  }

  @Test(
    arguments: [
      (0x0108_02ff, "1.8.2"), (0x0201_00ff, "2.1.0"), (0x0201_0001, "2.1.0"), (0x0202_00ff, "2.2.0"),
      (0x0203_00ff, "2.3.0"), (0x0204_00ff, "2.4.0"), (0x0204_ffff, "2.4.255"),
    ] as [(UInt32, String)])
  func refuses(version: UInt32, name: String) throws {
    let refusal = try #require(ClientVersion.refusal(of: version))
    #expect(refusal.reaction == .fatal)
    #expect(refusal.message.contains("librdkafka \(name) is refused"))
  }

  @Test func acceptsTheLinkedOne() { #expect(ClientVersion.refusal() == nil) }
}
