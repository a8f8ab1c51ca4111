import JourneyModel
import Testing
import WireFormat
@Suite struct ProbeTests {
  @Test func probe() throws {
    let decoding = try Decoding()
    for (folder, stream) in [("web", Stream.web), ("app", .app), ("conversation", .conversation), ("custom", .custom), ("conversation_detail", .conversation), ("requests", .web), ("requests", .app)] {
      for name in try Fixture.names(folder) {
        let bytes = try Fixture.bytes(name)
        print("PROBE", stream.name, name, decoding.reason(bytes, stream)?.rawValue ?? "event")
      }
    }
    for folder in ["web", "conversation", "custom", "conversation_detail"] {
      let stream = folder == "web" ? Stream.web : folder == "custom" ? .custom : .conversation
      let all = try Fixture.names(folder).filter { !$0.contains("03b") && !$0.contains("abandoned") }.map { try Fixture.bytes($0) }
      for s in decoding.snapshots(all, stream) { print("SNAP", folder, s) }
    }
  }
}
