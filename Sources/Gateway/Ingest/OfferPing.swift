internal import Bytes
internal import Intake
internal import JourneyModel
internal import Views

/// A page asks whether there is something to be shown to its visitor.
///
/// Nothing is kept of it: what is offered is told to each ping until a client says what became of it, so that
/// any gateway may answer.
struct OfferPing: Sendable {
  /// Milliseconds until the next ping.
  static let interval = 10_000
  /// The same of a visitor who does nothing.
  static let idleInterval = 60_000
  /// Milliseconds without an event after which a visitor counts as one who does nothing.
  static let idleAfter = 300_000
  /// The interval that ends all pings.
  static let never = -1

  let head: RequestHead
  let customer: String
  let source: Source
  let handler: IngestHandler

  func answer() async -> Answer {
    if let problem = handler.gatekeeper.admit(ping: customer, source) {
      return problem.answer(contextID: head.id)
    }
    guard let view = handler.view else { return OfferPing.answer([], interval: OfferPing.never) }
    // A page that does not say where it is gets nothing to show; without a complete view nothing is known.
    guard let place = head.parameter("dl"), !place.isEmpty, view.progress.now.asOf != nil,
      handler.wants(head, source)
    else { return OfferPing.answer([], interval: interval) }
    do {
      let offers = try await LaneInquiry(view).ask(
        OffersQuestion(
          idType: OfferPing.idType, customerID: customer, session: session, now: handler.now()))
      return OfferPing.answer(offers.map(\.json), interval: interval)
    } catch {
      return OfferPing.unknown(error).answer(contextID: head.id)
    }
  }

  /// What a page is told if the views cannot be asked. It is anybody's: addresses of other gateways, which
  /// are named to who asks with a token, are none of its business.
  static func unknown(_ error: any Error) -> Problem {
    let problem = Problem(query: error)
    return .unavailable("the views cannot be read at the moment", retryAfter: problem.retryAfter ?? 5)
  }

  /// How pages and applications name their visitors.
  private static let idType = "cookie"

  private var session: String? { head.parameter("sessionId").flatMap { $0.isEmpty ? nil : $0.lowercased() } }

  private var interval: Int {
    let idle = head.parameter("sinceLastBeaconMilliseconds").flatMap { Int($0) } ?? 0
    return idle >= OfferPing.idleAfter ? OfferPing.idleInterval : OfferPing.interval
  }

  private static func answer(_ offers: [[UInt8]], interval: Int) -> Answer {
    var body = Array("{\"actions\":[".utf8)
    for (index, offer) in offers.enumerated() {
      if index > 0 { body.append(ASCII.comma) }
      body += offer
    }
    body += Array("],\"pollIntervalMilliseconds\":\(interval)}\n".utf8)
    return .json(200, body, fields: [Answer.Field("Cache-Control", "no-store")])
  }
}

extension IngestHandler {
  /// Whose session it is, by the view.
  ///
  /// - Returns: `nil` if the view has no such session.
  /// - Throws: what is answered if nobody can be asked.
  func owner(ofSession id: String) async throws(Problem) -> SessionOwner? {
    guard let view else {
      throw .unavailable("this server has no view that knows sessions (views.enabled)")
    }
    guard view.progress.now.asOf != nil else {
      throw .unavailable("the view of the topics is being made, and not complete yet", retryAfter: 1)
    }
    do {
      guard let found = try await LaneInquiry(view).ask(IdentityQuestion(id: id.lowercased())) else {
        return nil
      }
      return SessionOwner(
        stream: JourneyModel.Stream(name: found.type) ?? .custom, customerID: found.customerID,
        customerIDType: found.customerIDType, sessionType: found.type,
        externalID: found.conversationID ?? found.externalID)
    } catch { throw OfferPing.unknown(error) }
  }
}
