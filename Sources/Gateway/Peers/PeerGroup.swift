internal import AsyncHTTPClient
internal import JourneyModel
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import Synchronization
internal import Views
internal import WireFormat

/// The other gateways that share the lanes with this one, and the connections to them.
package final class PeerGroup: Sendable {
  /// Longest wait for a connection, encryption included.
  private static let connectTimeout = TimeAmount.seconds(2)
  /// Connections to one peer that are kept.
  private static let maxConnections = 32

  package let settings: PeerSettings
  /// Made when somebody is asked for the first time: one that is there has to be closed.
  private let connections = Mutex<Connections>(.none)
  private let counts = Mutex<[PeerCount]>([])

  private enum Connections {
    case none
    case some(HTTPClient)
    case closed
  }

  /// Connects to nobody yet. To be closed before it goes, once somebody was asked.
  package init(_ settings: PeerSettings) {
    self.settings = settings
    counts.withLock { $0 = settings.peers.map { PeerCount(peer: $0) } }
  }

  private static func makeClient() -> HTTPClient {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow, timeout: .init(connect: PeerGroup.connectTimeout))
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = PeerGroup.maxConnections
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }

  /// - Returns: `nil` once it is closed.
  private func client() -> HTTPClient? {
    connections.withLock { connections in
      switch connections {
      case .some(let client): return client
      case .closed: return nil
      case .none:
        let client = PeerGroup.makeClient()
        connections = .some(client)
        return client
      }
    }
  }

  /// Ends all connections; nobody is asked any more.
  package func close() async {
    let known = connections.withLock { connections in
      defer { connections = .closed }
      return connections
    }
    if case .some(let client) = known { try? await client.shutdown() }
  }

  /// How often each peer was asked, and did not answer.
  var counted: [PeerCount] { counts.withLock { $0 } }

  /// Asks a peer, and waits for so long at most as it may take.
  ///
  /// - Returns: what it says, and as of when it is complete.
  func ask(
    _ peer: Peer, _ request: PeerRequest
  ) async throws(Problem) -> (reply: [UInt8], asOf: EventTime) {
    do {
      let reply = try await exchange(peer, request)
      note(peer, isAnswered: true)
      return reply
    } catch let problem as Problem {
      // A peer that is behind does answer.
      note(peer, isAnswered: problem.code == "not.caught.up")
      throw problem
    } catch {
      note(peer, isAnswered: false)
      throw PeerGroup.problem(peer, PeerGroup.reason(error))
    }
  }

  private func exchange(_ peer: Peer, _ question: PeerRequest) async throws -> (
    reply: [UInt8], asOf: EventTime
  ) {
    var request = HTTPClientRequest(url: peer.url + PeerRequest.path)
    request.method = .POST
    request.headers.add(name: "authorization", value: "Bearer \(settings.tokens.first ?? "")")
    request.headers.add(name: "content-type", value: "application/octet-stream")
    request.body = .bytes(ByteBuffer(bytes: question.bytes))
    guard let client = client() else { throw PeerGroup.problem(peer, "this server stops") }
    let prepared = request
    let limit = settings.timeout + .milliseconds(question.wait)
    let (status, body) = try await PeerGroup.within(limit) { [settings] in
      let response = try await client.execute(prepared, deadline: .distantFuture)
      guard response.status == .ok else { return (Int(response.status.code), [UInt8]()) }
      let buffer = try await response.body.collect(upTo: settings.maxReplyBytes)
      return (200, Array(buffer.readableBytesView))
    }
    guard status == 200 else {
      throw PeerGroup.problem(peer, "it answers \(status)" + (status == 401 ? " (views.peerTokenFile)" : ""))
    }
    let answer = try PeerReply(decoding: body)
    guard answer.lanes == peer.lanes else {
      throw PeerGroup.problem(peer, "its view has lanes \(answer.lanes) (views.lanes)")
    }
    switch answer.content {
    case .reply(let bytes, let asOf): return (bytes, asOf)
    case .notCaughtUp(let reason):
      throw Staleness.notCaughtUp("the gateway at \(peer.url) with lanes \(peer.lanes): \(reason)")
    case .failed(let reason): throw PeerGroup.problem(peer, reason)
    }
  }

  /// What is answered to who asked for something that a peer alone knows.
  private static func problem(_ peer: Peer, _ reason: String) -> Problem {
    Problem(
      503, "peer.unavailable",
      "the gateway at \(peer.url), which has lanes \(peer.lanes), is no help: \(reason)",
      retryAfter: 1)
  }

  private static func reason(_ error: any Error) -> String {
    switch error {
    case let error as CodecError: "\(error)"
    case is Late: "it took too long (views.peerTimeout)"
    case is NIOTooManyBytesError: "its answer is larger than views.maxPeerBytes"
    case is NIOConnectionError, is IOError: "nobody is there"
    default: "the connection ended"
    }
  }

  private func note(_ peer: Peer, isAnswered: Bool) {
    counts.withLock { counts in
      guard let place = counts.firstIndex(where: { $0.peer == peer }) else { return }
      if isAnswered { counts[place].answered += 1 } else { counts[place].failed += 1 }
    }
  }

  private struct Late: Error {}

  /// Does `body` for so long at most.
  private static func within<Value: Sendable>(
    _ duration: Duration, _ body: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    try await withThrowingTaskGroup(of: Value.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: duration)
        throw Late()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw Late() }
      return first
    }
  }
}

/// How often a peer was asked.
struct PeerCount: Sendable {
  var peer: Peer
  var answered = 0
  var failed = 0
}
