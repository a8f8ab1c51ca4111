import SessionQueries

/// A story in events, and the card that it has to end with.
struct DemoScene: Sendable {
  var title: String
  /// Customer whose web session `{webSession}` stands for.
  var webCustomer = ""
  /// Conversation whose card is looked at after every step that says what it shows then.
  var watched = ""
  var steps: [DemoStep]
  /// What has to be seen on the cards at the end.
  var expected: [DemoExpectation]
  /// What rules have to have given by then.
  var expectedDerived: [DemoDerivedExpectation] = []

  /// All scenes, oldest events first.
  static let all: [DemoScene] = [
    .delivery, .webVisit, .person, .call, .transferredCall, .abandonedChat, .visitToChat,
  ]
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

/// What has to be in `segments` or `actions` at the end of the demo.
struct DemoDerivedExpectation: Sendable {
  /// In words, for the message if it does not come.
  var description: String
  var isMet: @Sendable (DerivedEvent) -> Bool

  /// A segment that has to be assigned.
  static func segment(_ id: String) -> DemoDerivedExpectation {
    DemoDerivedExpectation(description: "segment \(id) assigned") {
      $0.segmentAssignmentEvent?.segment.id == id && $0.segmentAssignmentEvent?.assignmentState == "Assigned"
    }
  }

  /// A map that has to be offered.
  static func offered(_ map: String) -> DemoDerivedExpectation {
    DemoDerivedExpectation(description: "\(map) offered") {
      $0.webActionEvent?.actionMap.id == map && $0.webActionEvent?.action.state == "offered"
    }
  }

  /// A map that has to be blocked for a reason.
  static func blocked(_ map: String, _ reason: String) -> DemoDerivedExpectation {
    DemoDerivedExpectation(description: "\(map) blocked by \(reason)") {
      $0.blockedWebActionOfferEvent?.actionMap.id == map
        && $0.blockedWebActionOfferEvent?.blockingReason == reason
    }
  }
}
