internal import EventLog
package import Identity
package import JourneyModel

/// A session as a command names it: by its id, and by what places it in a lane and finds it there.
package struct SessionReference: Sendable, Hashable {
  package let id: SessionID
  /// What its events are placed by.
  package let placement: [UInt8]
  /// What its lane finds it by.
  package let key: [UInt8]

  /// A conversation of the detail feed.
  package init(_ id: SessionID, conversation: [UInt8]) {
    self.id = id
    placement = conversation
    key = SessionKey.key(type: Array("conversation".utf8), customerIDType: [], customerID: [0] + conversation)
  }

  /// Any other session.
  package init(
    _ id: SessionID, type: [UInt8], customerIDType: [UInt8], customerID: [UInt8], externalID: [UInt8]
  ) {
    self.id = id
    placement = customerID
    let key = SessionKey.key(type: type, customerIDType: customerIDType, customerID: customerID)
    self.key = externalID.isEmpty ? key : key + [0] + externalID
  }

  /// Where messages for it go.
  package func node(partitions: Int32) -> NodeRef {
    NodeRef(
      IdentifierKey(high: SessionKey.digest(key), low: id.low),
      lane: Placement.lane(of: placement, partitions: partitions))
  }
}
