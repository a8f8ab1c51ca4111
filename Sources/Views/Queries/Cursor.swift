internal import Bytes
internal import Foundation
internal import WireFormat

/// Where a list goes on: behind an entry, under the same filter.
package struct Cursor: Sendable, Hashable {
  /// Why a text is no cursor of a list.
  package enum Flaw: Error, Sendable, Hashable {
    /// No cursor at all.
    case unreadable
    /// One of a list with another filter.
    case otherFilter
  }

  /// Time and id of the last entry that was given.
  var time: Int64
  var id: String
  var filter: UInt64

  init(time: Int64, id: String, filter: UInt64) {
    (self.time, self.id, self.filter) = (time, id, filter)
  }

  /// Reads a cursor; one of another filter is refused, since its entries would be missing here.
  init(_ text: String, filter: UInt64) throws(Flaw) {
    var base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    while base64.utf8.count % 4 != 0 { base64 += "=" }
    guard !text.isEmpty, text.utf8.count <= 512, let data = Data(base64Encoded: base64), data.count > 16
    else {
      throw .unreadable
    }
    let bytes = [UInt8](data)
    func number(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
    guard let id = String(validating: bytes[16...], as: UTF8.self) else { throw .unreadable }
    self.init(time: Int64(bitPattern: number(0..<8)), id: id, filter: number(8..<16))
    guard self.filter == filter else { throw .otherFilter }
  }

  /// Letters, digits, `-` and `_`.
  package var text: String {
    var bytes: [UInt8] = []
    for number in [UInt64(bitPattern: time), filter] {
      for shift in stride(from: 56, through: 0, by: -8) {
        bytes.append(UInt8(truncatingIfNeeded: number >> UInt64(shift)))
      }
    }
    bytes += Array(id.utf8)
    return Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(
      of: "/", with: "_"
    ).replacingOccurrences(of: "=", with: "")
  }

  /// A number for the parts of a filter.
  static func filter(_ parts: [String?]) -> UInt64 {
    var digest = Digest()
    for part in parts {
      digest.append(Int64(part?.utf8.count ?? -1))
      digest.append(Array((part ?? "").utf8))
    }
    return digest.value
  }
}

/// How many entries of a list are given at once.
package struct PageSize: Sendable, Hashable {
  package static let range = 1...200
  package static let usual = PageSize(validated: 25)

  let count: Int

  private init(validated count: Int) { self.count = count }

  /// `nil` outside of 1 to 200.
  package init?(_ count: Int) {
    guard PageSize.range.contains(count) else { return nil }
    self.count = count
  }
}
