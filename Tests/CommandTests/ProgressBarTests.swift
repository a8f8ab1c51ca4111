import Testing

@testable import sojourn

@Suite struct ProgressBarTests {
  @Test(arguments: [(0, "0 %"), (25_000_000, "50 %"), (50_000_000, "100 %"), (99_000_000, "100 %")])
  func share(bytes: Int, text: String) {
    let line = ProgressBar.text(bytes, of: 50_000_000)
    #expect(line.contains(text))
    #expect(line.prefix(32).count == 32 && line.hasPrefix("["))
  }

  @Test func withoutTotalOnlyBytes() {
    #expect(ProgressBar.text(3_500_000, of: 0) == "3 MB")
  }
}
