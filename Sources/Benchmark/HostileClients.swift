import Foundation
import Synchronization

/// Clients that want a server's time and memory and give nothing: slow heads, slow bodies, answers that
/// nobody reads, hundreds of requests at once, bodies that unpack to a thousand times their size. Each begins
/// again when the server ends its connection.
final class HostileClients: Sendable {
  private enum Kind: CaseIterable {
    case slowHead, slowBody, neverReads, pipelines, bombs

    /// Connections at a time.
    var count: Int {
      switch self {
      case .slowHead, .slowBody: 40
      case .neverReads, .pipelines: 12
      case .bombs: 4
      }
    }
  }

  private let port: Int
  private let bomb: [UInt8]
  private let connections = Mutex<[Int: LoadConnection.Cut]>([:])
  private let isStopped = Mutex(false)
  private let running = Mutex(0)

  init(port: Int) throws {
    self.port = port
    bomb = try HostileClients.bomb()
    var number = 0
    for kind in Kind.allCases {
      for _ in 0..<kind.count {
        let own = number
        number += 1
        let thread = Thread { [self] in
          HostileClients.yieldToOthers()
          while !hasStopped {
            try? attack(kind, own)
            // A connection that was refused is tried again, and not all the time.
            Thread.sleep(forTimeInterval: 0.1)
          }
          running.withLock { $0 -= 1 }
        }
        running.withLock { $0 += 1 }
        thread.start()
      }
    }
    // All of them are there before anything is measured.
    Thread.sleep(forTimeInterval: 1)
  }

  /// Ends all of them.
  func stop() {
    isStopped.withLock { $0 = true }
    connections.withLock { for cut in $0.values { cut() } }
    while running.withLock({ $0 }) > 0 { Thread.sleep(forTimeInterval: 0.01) }
  }

  /// They would have machines of their own: what they compute is not to take the server's cores.
  private static func yieldToOthers() {
    #if canImport(Glibc)
      // Of this thread alone, which is what Linux takes 0 for.
      setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    #endif
  }

  private var hasStopped: Bool { isStopped.withLock { $0 } }

  private func attack(_ kind: Kind, _ number: Int) throws {
    let connection = try LoadConnection(port: port)
    connections.withLock { $0[number] = connection.cutter }
    defer {
      connections.withLock { $0[number] = nil }
      connection.close()
    }
    switch kind {
    case .slowHead:
      for byte in LoadConnection.head(1) where !hasStopped {
        try connection.send([byte])
        Thread.sleep(forTimeInterval: 0.5)
      }
    case .slowBody:
      try connection.send(LoadConnection.head(1_000_000))
      while !hasStopped {
        try connection.send([0x20])
        Thread.sleep(forTimeInterval: 0.2)
      }
    case .neverReads:
      let request = Array("GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".utf8)
      while !hasStopped { try connection.send(request) }
    case .pipelines:
      let one = LoadConnection.head(2) + Array("{}".utf8)
      try connection.send((0..<300).flatMap { _ in one })
      while !hasStopped { try connection.discard() }
    case .bombs:
      while !hasStopped {
        try connection.send(
          LoadConnection.head(bomb.count, "Content-Type: application/json\r\nContent-Encoding: gzip\r\n"))
        try connection.send(bomb)
        _ = try connection.receive()
        Thread.sleep(forTimeInterval: 0.05)
      }
    }
  }

  /// 64 MiB of zeros, packed.
  private static func bomb() throws -> [UInt8] {
    let packer = Process()
    packer.executableURL = URL(filePath: "/bin/sh")
    packer.arguments = ["-c", "head -c 67108864 /dev/zero | gzip -9"]
    let output = Pipe()
    packer.standardOutput = output
    try packer.run()
    let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
    packer.waitUntilExit()
    return Array(bytes)
  }
}
