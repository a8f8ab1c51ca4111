internal import EventLog

/// One slot of a partition: a record, or the marker that ends a transaction there.
struct SimulatedRecord: Sendable {
  enum Content: Sendable {
    case record(key: [UInt8]?, value: [UInt8]?, headers: [UInt8]?)
    case marker(isCommit: Bool)
  }

  let offset: Int64
  let timestamp: Int64
  /// Number of the transaction it belongs to; `nil` for a plain producer's record.
  let transaction: Int?
  let content: Content

  /// Bytes of key, value and headers.
  var size: Int {
    guard case .record(let key, let value, let headers) = content else { return 0 }
    return (key?.count ?? 0) + (value?.count ?? 0) + (headers?.count ?? 0)
  }
}
