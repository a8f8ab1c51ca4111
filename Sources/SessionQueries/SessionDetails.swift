/// What a snapshot says in an object that comes from the events as it is: its texts, whatever else it holds.
package struct SessionDetails: Decodable, Sendable {
  private var texts: [String: String] = [:]

  private struct Name: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  package init(from decoder: any Decoder) throws {
    guard let container = try? decoder.container(keyedBy: Name.self) else { return }
    for key in container.allKeys {
      if let text = try? container.decode(String.self, forKey: key), !text.isEmpty {
        texts[key.stringValue] = text
      }
    }
  }

  /// A text that says something; `Unknown` and `Other` do not.
  package subscript(_ name: String) -> String? {
    texts[name].flatMap { ["unknown", "other"].contains($0.lowercased()) ? nil : $0 }
  }
}
