internal import Bytes
internal import Foundation
internal import GRDB
package import JourneyModel
internal import WireFormat

/// An action that was offered to a visitor and is to be shown on a page.
package struct SessionOffer: Sendable, Hashable {
  package var id: String
  package var session: String
  package var expires: EventTime
  /// When it was offered, and by which event.
  var offered: EventTime
  var event: String
  /// In the form that the Journey API gives pages: `DeploymentWebAction`.
  package var json: [UInt8]
}

extension ViewQueries {
  /// Most events of offers that one question looks at; the oldest come first.
  package static let maxOffers = 100

  /// What is to be shown to a visitor: offers on a page, in open sessions, that have not expired and of which
  /// no client has said anything yet.
  ///
  /// - Parameter session: only of this session; `nil` for all of the visitor's.
  package func offers(
    idType: String, customerID: String, session: String?, now: EventTime
  ) throws(ViewError) -> [SessionOffer] {
    try store.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT d.json, s.snapshot FROM session s JOIN derived d ON d.session = s.id
          WHERE s.idType = ? AND s.customerId = ? AND s.mergedInto IS NULL AND s.ended IS NULL
            AND d.kind = 'WebActionEvent' AND d.state = 'offered' AND (? IS NULL OR s.id = ?)
          ORDER BY d.time, d.id LIMIT ?
          """, arguments: [idType, customerID, session, session, ViewQueries.maxOffers])
      return try rows.compactMap { row in
        do {
          let event = try Compression.decompress([UInt8](row[0] as Data))
          let snapshot = try Compression.decompress([UInt8](row[1] as Data))
          return SessionOffer(event: event, snapshot: snapshot, now: now)
        } catch { throw ViewError.damaged("an offer: \(error)") }
      }
    }
  }
}

extension SessionOffer {
  /// - Returns: `nil` for what is shown on no page, has expired, or is no longer as it was offered.
  init?(event: [UInt8], snapshot: [UInt8], now: EventTime) {
    let walk = JSONWalk(bytes: event)
    let whole = 0..<event.count
    guard let body = walk.member("webActionEvent", of: whole),
      let action = walk.member("action", of: body), let id = walk.member("id", of: action).flatMap(walk.text),
      let media = walk.member("mediaType", of: action).flatMap(walk.text),
      let properties = SessionOffer.properties(media, body, walk),
      let date = walk.member("expiresAt", of: body).flatMap(walk.text),
      let expires = EventTime(iso8601: date), expires > now,
      let session = walk.member("session", of: whole).flatMap({ walk.member("id", of: $0) })
        .flatMap(walk.text),
      SessionOffer.isOut(id, snapshot)
    else { return nil }
    (self.id, self.session, self.expires) = (id, session, expires)
    offered =
      walk.member("createdDate", of: whole).flatMap(walk.text).flatMap { EventTime(iso8601: $0) } ?? now
    self.event = walk.member("id", of: whole).flatMap(walk.text) ?? ""
    let map = walk.member("actionMap", of: body)
    json = Array("{\"id\":".utf8)
    JSONText.append(id, to: &json)
    json += Array(",\"mediaType\":".utf8)
    JSONText.append(media, to: &json)
    func copy(_ name: StaticString, _ value: Range<Int>?) {
      guard let value else { return }
      json += Array(",\"\(name)\":".utf8)
      json += event[value]
    }
    copy("customerId", walk.member("customerId", of: whole))
    copy("customerIdType", walk.member("customerIdType", of: whole))
    copy("actionMapId", map.flatMap { walk.member("id", of: $0) })
    copy("actionMapVersion", map.flatMap { walk.member("version", of: $0) })
    json += Array(",\"sessionId\":".utf8)
    JSONText.append(session, to: &json)
    json += Array(",\"expiresAt\":\"\(date)\",".utf8)
    json += properties
    json.append(ASCII.closeBrace)
  }

  /// What a page shows, as the member of its media type; `nil` for media that are shown on no page.
  private static func properties(_ media: String, _ body: Range<Int>, _ walk: JSONWalk) -> [UInt8]? {
    func object(_ name: StaticString, _ value: Range<Int>?) -> [UInt8] {
      Array("\"\(name)\":".utf8) + (value.map { Array(walk.bytes[$0]) } ?? Array("{}".utf8))
    }
    switch media {
    case "webMessagingOffer":
      guard let text = walk.member("offerText", of: body) else {
        return object("webMessagingOfferProperties", nil)
      }
      return Array("\"webMessagingOfferProperties\":{\"offerText\":".utf8) + walk.bytes[text]
        + [ASCII.closeBrace]
    case "contentOffer":
      let template = walk.member("actionTemplate", of: body)
      return object(
        "contentOfferProperties", template.flatMap { walk.member("contentOffer", of: $0) })
    case "webchat": return object("webchatProperties", walk.member("props", of: body))
    default: return nil
    }
  }

  /// Whether a session still has the action as one that nobody has reported on.
  private static func isOut(_ id: String, _ snapshot: [UInt8]) -> Bool {
    let walk = JSONWalk(bytes: snapshot)
    guard let list = walk.member("openActions", of: 0..<snapshot.count) else { return false }
    var isOut = false
    walk.elements(list) { action in
      guard walk.member("id", of: action).flatMap(walk.text) == id else { return }
      isOut = walk.member("state", of: action).flatMap(walk.text) == "offered"
    }
    return isOut
  }
}
