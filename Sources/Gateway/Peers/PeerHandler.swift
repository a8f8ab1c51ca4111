internal import JourneyModel
internal import NIOPosix
internal import Views
internal import WireFormat

/// Answers what other gateways ask of this process' lanes, and leaves every other request to the next
/// handler.
///
/// It asks nobody itself: what peers ask each other ends there, however they are set up.
package final class PeerHandler: RequestHandler {
  /// Largest question in bytes.
  static let maxQuestionBytes = 1_048_576
  /// How long a peer may wait for something to change, and how often it is looked.
  static let maxChangesWait = 1_000
  private static let changesInterval = Duration.milliseconds(25)

  private let next: any RequestHandler
  private let ingest: IngestHandler
  private let view: QueryView?
  private let settings: PeerSettings?

  /// - Parameters:
  ///   - view: `nil` if there is none: then nothing is known of any lane.
  ///   - settings: `nil` where the lanes are not shared: then there is no such path.
  package init(
    _ next: any RequestHandler, _ ingest: IngestHandler, view: QueryView?, _ settings: PeerSettings?
  ) {
    (self.next, self.ingest, self.view, self.settings) = (next, ingest, view, settings)
  }

  package func answer(_ problem: Problem, to head: RequestHead?) -> Answer { next.answer(problem, to: head) }

  package func note(status: Int, to head: RequestHead?, after duration: Duration) {
    guard settings != nil, let head, head.path == PeerRequest.path else {
      return next.note(status: status, to: head, after: duration)
    }
    ingest.monitor.note(route: PeerRequest.path, status: status, after: duration)
  }

  package func admit(_ head: RequestHead) -> Admission {
    guard let settings, head.path == PeerRequest.path else { return next.admit(head) }
    // A peer comes by whatever name it has for this machine, and from no page.
    guard head.method == "POST", head.all("origin").isEmpty else {
      return .answer(
        answer(
          Problem(405, "method.not.allowed", "peers POST here", fields: [Answer.Field("Allow", "POST")]),
          to: head))
    }
    let parts = (head.only("authorization") ?? "").split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer", settings.takes(String(parts[1])) else {
      let problem = Problem(
        401, "bad.credentials", "the token is none of the peers' (views.peerTokenFile)",
        fields: [Answer.Field("WWW-Authenticate", "Bearer")])
      ingest.monitor.noteFailedAuthentication(problem.code)
      return .answer(answer(problem, to: head))
    }
    let limit = PeerHandler.maxQuestionBytes
    return .read(
      BodyPlan(
        maxBytes: limit, budget: ingest.monitor.budget,
        tooLarge: answer(
          Problem(413, "request.entity.too.large", "a question has at most \(limit) bytes"), to: head),
        overloaded: answer(.tooMany(retryAfter: 1), to: head)
      ) { [self] body, reply in
        Task {
          let content = await content(for: body.bytes)
          let bytes = PeerReply(lanes: settings.lanes, content).bytes
          reply(
            Answer(
              status: 200, type: "application/octet-stream",
              fields: [Answer.Field("Cache-Control", "no-store")], body: bytes))
        }
      })
  }

  private func content(for bytes: [UInt8]) async -> PeerReply.Content {
    let request: PeerRequest
    do { request = try PeerRequest(decoding: bytes) } catch { return .failed("\(error)") }
    guard let view else { return .failed("it has no view to answer from (views.enabled)") }
    if !request.token.isEmpty {
      guard let token = ReadToken(text: request.token) else { return .failed("the token is none") }
      let wait = min(max(.zero, .milliseconds(request.wait)), ReadAfterWrite.maxWait)
      guard await ReadAfterWrite(token: token, wait: wait, settles: request.settles).wait(for: view) else {
        return .notCaughtUp("its view does not have the events of Sojourn-Token yet")
      }
    }
    // The age first: what the answer has may be newer, and never older than it says.
    guard let asOf = view.progress.now.asOf else {
      return .notCaughtUp("its view is being made, and not complete yet")
    }
    switch request.subject {
    case .question(let question):
      do {
        return .reply(try await view.read { try LaneQuestions.reply(to: question, from: $0) }, asOf: asOf)
      } catch let error as CodecError {
        return .failed("\(error)")
      } catch {
        return .failed("its view cannot be read")
      }
    case .changes(let position):
      let wait = min(max(0, request.wait), PeerHandler.maxChangesWait)
      return .reply(await changes(after: position, in: view, wait).bytes, asOf: asOf)
    }
  }

  /// What has changed, as soon as something has.
  private func changes(
    after known: ViewChanges.Position?, in view: QueryView, _ wait: Int
  ) async -> LaneChanges {
    let deadline = ContinuousClock.now + .milliseconds(wait)
    while known == view.ownChanges.position, ContinuousClock.now < deadline {
      do { try await Task.sleep(for: PeerHandler.changesInterval) } catch { break }
    }
    return LaneChanges(after: known, of: view.ownChanges)
  }
}
