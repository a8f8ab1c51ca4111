internal import Foundation

/// The members of a session's snapshot that are compared.
struct SessionView: Decodable, Hashable {
  var id: String
  var customerId: String
  var customerIdType: String
  var type: String
  var externalId: String?
  var createdDate: String
  var endedDate: String?
  var eventCount: Int
  var revision: Int
  var mergedInto: String?
  var lastEvent: LastEvent?

  struct LastEvent: Decodable, Hashable { var createdDate: String }

  init(decoding bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(bytes))
  }

  /// What a session is, whoever saw its events in which order: owner, type, bounds, count. With the id where
  /// all its events came in order, which only the right key makes sure of: the first event to arrive names
  /// the session.
  var essence: String {
    let id = JourneyInput.keying(ofCustomer: customerId) == .customer ? id : "any"
    return [
      customerId, customerIdType, type, externalId ?? "-", createdDate, lastEvent?.createdDate ?? "-",
      endedDate ?? "open", "\(eventCount) events", id,
    ].joined(separator: " ")
  }

  /// All that is said of a session, member by member, but how often it was said: revisions count the batches
  /// that changed it, and where batches end is a matter of time. Only the essence where events came under
  /// wrong keys.
  static func comparable(_ bytes: [UInt8]) throws -> String {
    let view = try SessionView(decoding: bytes)
    guard JourneyInput.keying(ofCustomer: view.customerId) == .customer else { return view.essence }
    var members = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] ?? [:]
    members["revision"] = nil
    let text = try JSONSerialization.data(withJSONObject: members, options: [.sortedKeys])
    return String(decoding: text, as: UTF8.self)
  }
}
