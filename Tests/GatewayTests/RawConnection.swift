import Foundation
import Synchronization

/// A TCP connection to the loopback interface, for requests that no client library would send. Its calls
/// block; none does for longer than the patience.
final class RawConnection {
  /// After which a read counts as hanging: many times any deadline of a test's server.
  static let patience = 30

  private let descriptor: Int32

  struct Failure: Error { var code: Int32 }

  init(port: Int) throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var patience = timeval(tv_sec: RawConnection.patience, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      setsockopt(descriptor, SOL_SOCKET, option, &patience, socklen_t(MemoryLayout<timeval>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw Failure(code: errno) }
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// - Returns: whether all was taken.
  @discardableResult
  func send(_ bytes: [UInt8]) -> Bool {
    var bytes = bytes[...]
    while !bytes.isEmpty {
      // No signal when the other side has closed.
      let count = bytes.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      bytes = bytes.dropFirst(count)
    }
    return true
  }

  /// Says that nothing more is sent.
  func finishSending() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// What comes next, or nothing if the other side closed.
  func receive() -> String {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    let count = read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
  }

  /// Everything until the other side closes; `nil` if it does not, or resets the connection.
  func receiveAll() -> String? {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 { return nil }
      if count == 0 { return String(decoding: all, as: UTF8.self) }
      all += buffer.prefix(count)
    }
  }

  /// One answer with its body, of a stated length; `nil` if the connection ends before.
  func receiveAnswer() -> RawAnswer? {
    while true {
      if let answer = RawAnswer(taking: &received) { return answer }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = read(descriptor, &buffer, buffer.count)
      if count <= 0 { return nil }
      received += buffer.prefix(count)
    }
  }

  private var received: [UInt8] = []

  func close() { Foundation.close(descriptor) }
}

/// An answer as it came over the wire.
struct RawAnswer {
  var status: Int
  var fields: [String: String]
  var body: String

  /// Takes the first answer of what was received; `nil` if it is not whole.
  init?(taking bytes: inout [UInt8]) {
    let end = Array("\r\n\r\n".utf8)
    guard
      let headEnd = bytes.indices.first(where: {
        bytes[$0] == end[0] && bytes[$0...].starts(with: end)
      })
    else { return nil }
    let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
    status = Int(lines[0].split(separator: " ")[1]) ?? 0
    fields = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      fields[parts[0].lowercased()] = parts.count > 1 ? parts[1] : ""
    }
    let length = Int(fields["content-length"] ?? "0") ?? 0
    let start = headEnd + 4
    guard bytes.count >= start + length else { return nil }
    body = String(decoding: bytes[start..<start + length], as: UTF8.self)
    bytes.removeFirst(start + length)
  }
}

/// A number that threads share.
final class Counter: Sendable {
  private let state: Mutex<Int64>

  init(_ value: Int64) { state = Mutex(value) }

  var value: Int64 {
    get { state.withLock { $0 } }
    set { state.withLock { $0 = newValue } }
  }
}
