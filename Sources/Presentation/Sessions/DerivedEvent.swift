import Foundation

/// What the terminal shows of a record of `segments`, `outcomes` or `actions`.
package struct DerivedEvent: Decodable, Sendable {
  package struct Definition: Decodable, Sendable {
    var id: String
    var displayName: String?

    /// Its name, or its id if the event has no name.
    var name: String { displayName ?? id }
  }

  package struct Action: Decodable, Sendable {
    var id: String
    var state: String?
  }

  package struct SegmentAssignment: Decodable, Sendable {
    var segment: Definition
    var assignmentState: String
  }

  package struct OutcomeAchieved: Decodable, Sendable {
    var outcome: Definition
  }

  package struct FlowInput: Decodable, Sendable {
    var name: String
    var value: Value?

    /// A text, number or Boolean.
    enum Value: Decodable, Sendable, Equatable {
      case text(String)
      case number(Double)
      case flag(Bool)

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
          self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
          self = .number(number)
        } else {
          self = .text(try container.decode(String.self))
        }
      }
    }
  }

  package struct WebAction: Decodable, Sendable {
    var action: Action
    var actionMap: Definition
    var flowInputs: [FlowInput]?
  }

  package struct Blocked: Decodable, Sendable {
    var actionMap: Definition
    var blockingReason: String
  }

  /// One reason why it came; of reasons that are no predictions nothing is shown.
  package struct Because: Decodable, Sendable {
    var prediction: Prediction?

    struct Prediction: Decodable, Sendable {
      var outcome: String
      var probability: Double
      var sessionMaxProbability: Double

      /// `purchase 12 %, highest 89 %`.
      var text: String {
        func percent(_ share: Double) -> Int { Int((share * 100).rounded()) }
        return "\(outcome) \(percent(probability)) %, highest \(percent(sessionMaxProbability)) %"
      }
    }
  }

  package struct Session: Decodable, Sendable {
    var id: String
    var type: String
  }

  package var id: String
  package var createdDate: String
  package var customerId: String
  package var session: Session
  package var segmentAssignmentEvent: SegmentAssignment?
  package var outcomeAchievedEvent: OutcomeAchieved?
  package var webActionEvent: WebAction?
  package var blockedWebActionOfferEvent: Blocked?
  package var because: [Because]?

  /// Decodes a record's value; `nil` if it is no derived event.
  package init?(_ value: [UInt8]) {
    guard let event = try? JSONDecoder().decode(DerivedEvent.self, from: Data(value)) else { return nil }
    self = event
  }

  /// Where it is among events of one moment: what was found about the session comes before what follows from
  /// it.
  package var rank: Int { segmentAssignmentEvent != nil ? 0 : outcomeAchievedEvent != nil ? 1 : 2 }

  /// Why, behind other words; empty where no prediction has a part in it.
  private var reason: String {
    let predictions = (because ?? []).compactMap { $0.prediction?.text }
    return predictions.isEmpty ? "" : ", because of " + predictions.joined(separator: ", ")
  }

  /// In words: `segment   Chrome visitors: Assigned`.
  package var line: String {
    if let body = segmentAssignmentEvent {
      return "segment   \(body.segment.name): \(body.assignmentState.lowercased())"
    }
    if let body = outcomeAchievedEvent { return "outcome   \(body.outcome.name): achieved" }
    if let body = webActionEvent {
      let state = body.action.state ?? "?"
      return "\(state == "offered" ? "TRIGGER" : "action ")   \(body.actionMap.name): \(state)\(reason)"
    }
    if let body = blockedWebActionOfferEvent {
      return "action    \(body.actionMap.name): not offered, \(body.blockingReason)"
    }
    return "event     \(id)"
  }
}
