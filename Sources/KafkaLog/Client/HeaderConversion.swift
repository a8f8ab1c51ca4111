import CRdKafka
import EventLog

/// Headers between librdkafka's lists and the bytes of a `HeaderBlock`, without a `String` on the way.
package enum HeaderConversion {
  /// Appends the encoded headers of a message; `false` if it has none.
  static func append(of message: UnsafeMutablePointer<rd_kafka_message_t>, to bytes: inout [UInt8]) -> Bool {
    var headers: OpaquePointer?
    guard rd_kafka_message_headers(message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR, let headers else {
      return false
    }
    for index in 0..<rd_kafka_header_cnt(headers) {
      var name: UnsafePointer<CChar>?
      var value: UnsafeRawPointer?
      var size = 0
      let code = rd_kafka_header_get_all(headers, index, &name, &value, &size)
      guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let name else { break }
      var length = 0
      while name[length] != 0 && length < Int(UInt16.max) { length += 1 }
      bytes.append(UInt8(length & 0xff))
      bytes.append(UInt8(length >> 8))
      append(UnsafeRawBufferPointer(start: name, count: length), to: &bytes)
      let stored = UInt32(bitPattern: value == nil ? -1 : Int32(clamping: size))
      for shift in 0..<4 as Range<UInt32> { bytes.append(UInt8(truncatingIfNeeded: stored >> (8 * shift))) }
      if let value { append(UnsafeRawBufferPointer(start: value, count: size), to: &bytes) }
    }
    return true
  }

  /// As bytes of a type: raw ones are appended by a path that asks for each.
  private static func append(_ raw: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    raw.withMemoryRebound(to: UInt8.self) { bytes.append(contentsOf: $0) }
  }

  /// A new list of librdkafka from encoded headers; the caller gives it to librdkafka or destroys it. A
  /// damaged tail ends the list.
  package static func makeList(_ bytes: UnsafeRawBufferPointer) -> OpaquePointer? {
    guard let headers = rd_kafka_headers_new(8) else { return nil }
    var at = 0
    while at + 2 <= bytes.count {
      let nameLength = Int(bytes[at]) | Int(bytes[at + 1]) << 8
      let name = at + 2
      guard name + nameLength + 4 <= bytes.count, let base = bytes.baseAddress else { break }
      let stored = UInt32(
        littleEndian: bytes.loadUnaligned(fromByteOffset: name + nameLength, as: UInt32.self))
      let valueLength = Int(Int32(bitPattern: stored))
      let value = name + nameLength + 4
      let nameStart = (base + name).assumingMemoryBound(to: CChar.self)
      if valueLength < 0 {
        rd_kafka_header_add(headers, nameStart, nameLength, nil, 0)
        at = value
      } else {
        guard value + valueLength <= bytes.count else { break }
        rd_kafka_header_add(headers, nameStart, nameLength, base + value, valueLength)
        at = value + valueLength
      }
    }
    return headers
  }
}
