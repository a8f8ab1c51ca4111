import Foundation

/// A connection that is kept, and waits for each answer.
final class LoadConnection {
  private let descriptor: Int32
  /// Whether the server's last answer ended the connection.
  private(set) var isEnded = false

  init(port: Int) throws {
    #if canImport(Glibc)
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #else
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = in_addr_t(UInt32(0x7f00_0001).bigEndian)
    // The system takes addresses of any family through a pointer to the oldest one.
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw GatewayBenchmark.NoServer(description: "connect: \(errno)") }
  }

  /// The head of a request with a body.
  static func head(_ bytes: Int, _ fields: String = "Content-Type: application/x-ndjson\r\n") -> [UInt8] {
    Array(
      "POST /v1/events?stream=web HTTP/1.1\r\nHost: localhost\r\n\(fields)Content-Length: \(bytes)\r\n\r\n"
        .utf8)
  }

  /// Sends a body of NDJSON. Returns the status of its answer.
  func post(_ body: [UInt8]) throws -> Int {
    do {
      // In one piece: two would wait for each other, by Nagle's rule and a delayed acknowledgement, 40 ms.
      try send(LoadConnection.head(body.count) + body)
    } catch {
      // A server that refuses a body does not read it; its answer is there all the same.
      isEnded = true
    }
    return try receive()
  }

  /// Sends bytes, as many as the system takes at a time.
  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw GatewayBenchmark.NoServer(description: "the connection ended") }
      rest = rest.dropFirst(count)
    }
  }

  /// Waits for an answer. Returns its status.
  func receive() throws -> Int {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 16_384)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { throw GatewayBenchmark.NoServer(description: "the connection ended") }
      received += buffer.prefix(count)
      let text = String(decoding: received, as: UTF8.self)
      guard let end = text.range(of: "\r\n\r\n") else { continue }
      let length =
        text[..<end.lowerBound].components(separatedBy: "\r\n").lazy
        .filter { $0.lowercased().hasPrefix("content-length:") }
        .compactMap { Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces)) }.first ?? 0
      guard text[end.upperBound...].utf8.count >= length else { continue }
      if text[..<end.lowerBound].lowercased().contains("connection: close") { isEnded = true }
      return Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0
    }
  }

  /// Takes what there is of answers and does not look at it.
  func discard() throws {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    guard read(descriptor, &buffer, buffer.count) > 0 else {
      throw GatewayBenchmark.NoServer(description: "the connection ended")
    }
  }

  /// Ends whatever another thread waits for here. Not to be called once the connection is closed.
  typealias Cut = @Sendable () -> Void

  var cutter: Cut { { [descriptor] in shutdown(descriptor, CInt(SHUT_RDWR)) } }

  func close() { Foundation.close(descriptor) }
}
