internal import Bytes
internal import CXXHash

/// The keys by which sessions are found.
package enum SessionKey {
  /// The key of a customer's sessions that nothing else names.
  package static func key(type: [UInt8], customerIDType: [UInt8], customerID: [UInt8]) -> [UInt8] {
    var key: [UInt8] = []
    key.reserveCapacity(type.count + customerIDType.count + customerID.count + 2)
    key.append(all: type)
    key.append(0)
    key.append(all: customerIDType)
    key.append(0)
    key.append(all: customerID)
    return key
  }

  /// Its digest, as in `Event.sessionKeyDigest`.
  package static func digest(_ key: [UInt8]) -> UInt64 {
    key.withUnsafeBufferPointer { bytes in
      bytes.baseAddress.map { xxh3_64($0, bytes.count) } ?? 0
    }
  }
}
