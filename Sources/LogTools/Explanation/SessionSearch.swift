internal import JourneyModel
internal import Processor
internal import Sessionizer

/// Looks for a session by its id while a lane runs without rules.
final class SessionSearch: LaneObserver {
  /// Most ids that are kept, to name the one that was probably meant.
  static let maxIDs = 100_000

  private let wanted: SessionID
  private(set) var customer: Explanation.Customer?
  private(set) var ids: [String] = []

  init(_ wanted: SessionID) { self.wanted = wanted }

  var seesEvents: Bool { true }

  func applied(_ event: borrowing Event, of batch: borrowing EventBatch, to session: Session) {
    if session.id == wanted {
      let identity = session.identity
      customer = Explanation.Customer(
        id: identity.text(identity.customerID), idType: identity.text(identity.customerIDType))
    } else if session.eventCount == 1, ids.count < SessionSearch.maxIDs {
      ids.append(session.id.text)
    }
  }
}
