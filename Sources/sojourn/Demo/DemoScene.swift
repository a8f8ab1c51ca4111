/// A story in events, and the card that it has to end with.
struct DemoScene: Sendable {
  var title: String
  /// Customer whose web session `{webSession}` stands for.
  var webCustomer = ""
  var steps: [DemoStep]
  /// What has to be seen on the cards at the end.
  var expected: [DemoExpectation]

  /// All scenes, oldest events first.
  static let all: [DemoScene] = [.delivery, .webVisit, .call, .abandonedChat, .visitToChat]
}

/// What one session has to look like at the end of the demo.
struct DemoExpectation: Sendable {
  /// In words, for the message if it does not come.
  var description: String
  var isMet: @Sendable (SessionSnapshot) -> Bool

  init(_ description: String, _ isMet: @escaping @Sendable (SessionSnapshot) -> Bool) {
    self.description = description
    self.isMet = isMet
  }
}
