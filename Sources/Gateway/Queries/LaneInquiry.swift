internal import JourneyModel
internal import NIOPosix
internal import Synchronization
internal import Views

/// What one request asks of the lanes: of the view of this process, and side by side of the gateways that
/// have the others.
final class LaneInquiry: Sendable {
  private let view: QueryView
  /// What every answer has to have, and until when it is waited for; `nil` for nothing.
  private let wanted: (what: ReadAfterWrite, deadline: ContinuousClock.Instant)?
  private let oldest = Mutex<EventTime?>(nil)

  init(_ view: QueryView, _ wanted: ReadAfterWrite? = nil) {
    self.view = view
    self.wanted = wanted.map { ($0, .now + $0.wait) }
  }

  /// The time as of which everything that was asked is complete; `nil` before anything was.
  var asOf: EventTime? { oldest.withLock { $0 } }

  /// Reads the view of this process, on a thread that may block.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (ViewQueries) throws -> Value
  ) async throws -> Value {
    guard let asOf = view.progress.now.asOf else {
      throw Staleness.notCaughtUp("the view of the topics is being made, and not complete yet")
    }
    note(asOf)
    return try await view.read(body)
  }

  /// Asks all lanes.
  ///
  /// Throws a `Problem` if there is one whose gateway does not answer.
  func ask<Question: LaneQuestion>(_ question: Question) async throws -> Question.Reply {
    try await ask(question, leavingOut: false).reply
  }

  /// Asks all lanes of which somebody answers.
  ///
  /// - Returns: the reply, and whose lanes are missing in it.
  func askAny<Question: LaneQuestion>(
    _ question: Question
  ) async throws -> (reply: Question.Reply, away: [Peer]) {
    try await ask(question, leavingOut: true)
  }

  private func ask<Question: LaneQuestion>(
    _ question: Question, leavingOut: Bool
  ) async throws -> (reply: Question.Reply, away: [Peer]) {
    guard let peers = view.peers, !peers.settings.peers.isEmpty else {
      return (try await read { try question.reply(from: $0) }, [])
    }
    // What is in one lane is mostly here: whoever balances requests may know where.
    var own: Question.Reply?
    if Question.isOfOneLane {
      let reply = try await read { try question.reply(from: $0) }
      if question.isComplete(reply) { return (reply, []) }
      own = reply
    }
    async let others = asked(peers, question)
    let mine: Question.Reply
    if let own { mine = own } else { mine = try await read { try question.reply(from: $0) } }
    var replies = [mine]
    var away: [Peer] = []
    // In the order of the peers.
    for (peer, result) in zip(peers.settings.peers, await others) {
      switch result {
      case .success(let reply): replies.append(reply)
      case .failure(let problem):
        guard leavingOut else { throw problem }
        away.append(peer)
      }
    }
    return (question.merged(replies), away)
  }

  private func asked<Question: LaneQuestion>(
    _ peers: PeerGroup, _ question: Question
  ) async -> [Result<Question.Reply, Problem>] {
    let wait = wanted.map { max(.zero, ContinuousClock.now.duration(to: $0.deadline)) } ?? .zero
    let milliseconds =
      Int(wait.components.seconds) * 1_000 + Int(wait.components.attoseconds / 1_000_000_000_000_000)
    let request = PeerRequest(
      token: wanted?.what.token.text ?? "", settles: wanted?.what.settles ?? false, wait: milliseconds,
      .question(question.bytes))
    return await withTaskGroup(of: (Int, Result<Question.Reply, Problem>).self) { group in
      for (place, peer) in peers.settings.peers.enumerated() {
        group.addTask { (place, await self.asked(peers, peer, request, question)) }
      }
      var found: [Int: Result<Question.Reply, Problem>] = [:]
      for await (place, result) in group { found[place] = result }
      return found.sorted { $0.key < $1.key }.map(\.value)
    }
  }

  private func asked<Question: LaneQuestion>(
    _ peers: PeerGroup, _ peer: Peer, _ request: PeerRequest, _ question: Question
  ) async -> Result<Question.Reply, Problem> {
    do throws(Problem) {
      let (bytes, asOf) = try await peers.ask(peer, request)
      guard let reply = try? question.reply(decoding: bytes) else {
        throw .unavailable("the gateway at \(peer.url) answers something else", retryAfter: 1)
      }
      note(asOf)
      return .success(reply)
    } catch {
      return .failure(error)
    }
  }

  private func note(_ asOf: EventTime) { oldest.withLock { $0 = min($0 ?? asOf, asOf) } }
}

extension QueryView {
  /// Reads the view of this process, on a thread that may block.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (ViewQueries) throws -> Value
  ) async throws -> Value {
    try await NIOThreadPool.singleton.runIfActive { [queries] in try body(queries) }
  }
}
