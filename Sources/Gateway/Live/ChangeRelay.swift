internal import ServiceLifecycle
internal import Synchronization
internal import Views

/// Gathers the changes of all lanes for who follows sessions here: those of the view of this process, and
/// those that peers tell of.
package final class ChangeRelay: Sendable {
  /// How long a peer is left alone that did not answer.
  private static let pause = Duration.seconds(1)

  /// What streams are told of.
  let all: ViewChanges
  private let own: ViewChanges
  private let peers: PeerGroup
  private let position: Mutex<ViewChanges.Position>
  /// Peers of whose sessions somebody was not told.
  private let missed = Mutex<Set<Peer>>([])

  /// - Parameter own: the changes of the view of this process, to which nobody else listens.
  init(_ own: ViewChanges, _ peers: PeerGroup) {
    (self.own, self.peers) = (own, peers)
    all = ViewChanges(capacity: own.capacity)
    position = Mutex(own.position)
    own.listen { [weak self] in self?.takeOwn() }
  }

  /// Notes that somebody was not told of a session, as it may be one of gateways that did not answer:
  /// everybody asks anew once they do.
  func noteMissed(_ peers: [Peer]) { missed.withLock { $0.formUnion(peers) } }

  /// On the thread of the feed, one at a time.
  private func takeOwn() {
    let known = position.withLock { $0 }
    let news = LaneChanges(after: known, of: own)
    position.withLock { $0 = news.position }
    take(news)
  }

  private func take(_ news: LaneChanges) {
    if let changes = news.changes { all.append(changes) } else { all.beginEpoch() }
  }

  /// Hears of the changes in a peer's lanes until the task is cancelled.
  private func follow(_ peer: Peer) async {
    var known: ViewChanges.Position?
    while !Task.isCancelled {
      do throws(Problem) {
        let request = PeerRequest(wait: PeerHandler.maxChangesWait, .changes(after: known))
        let (bytes, _) = try await peers.ask(peer, request)
        guard let news = try? LaneChanges(decoding: bytes) else {
          throw .unavailable("the gateway at \(peer.url) answers something else")
        }
        known = news.position
        take(news)
        if missed.withLock({ $0.remove(peer) }) != nil { all.beginEpoch() }
      } catch {
        try? await Task.sleep(for: ChangeRelay.pause)
      }
    }
  }

  /// Hears of the changes in all peers' lanes until the task is cancelled.
  package func follow() async {
    await withTaskGroup { group in
      for peer in peers.settings.peers { group.addTask { await self.follow(peer) } }
    }
  }
}

/// The relay under the service group; when it has ended, no peer is asked any more.
package struct PeerService: Service {
  private let relay: ChangeRelay
  private let peers: PeerGroup

  /// - Returns: `nil` if the view has no peers.
  package init?(_ view: QueryView) {
    guard let relay = view.relay, let peers = view.peers else { return nil }
    (self.relay, self.peers) = (relay, peers)
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown { await relay.follow() }
    await peers.close()
  }
}
