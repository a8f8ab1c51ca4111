internal import AsyncHTTPClient
internal import Foundation
package import Gateway
internal import JourneyModel
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// Makes the requests of one target.
package actor WebhookClient {
  private let target: WebhookTarget
  private let agent: String
  private let book: AddressBook
  private let now: @Sendable () -> Moment
  private var connections: [Connections] = []
  private var isClosed = false

  /// Pooled connections to one address.
  private final class Connections {
    let address: IPAddress
    let client: HTTPClient
    var requests = 0

    init(_ address: IPAddress, _ client: HTTPClient) {
      self.address = address
      self.client = client
    }
  }

  /// Addresses whose connections are kept: the one in use and those it has just moved from.
  private static let maxAddresses = 3
  /// Longest wait for a connection, encryption included; the whole request has its own limit.
  private static let connectTimeout = TimeAmount.seconds(5)

  /// Creates a client; it connects to nothing yet.
  package init(
    _ target: WebhookTarget, agent: String, lookup: HostLookup = .system,
    now: @escaping @Sendable () -> Moment
  ) {
    self.target = target
    self.agent = agent
    self.now = now
    book = AddressBook(target, lookup: lookup) { now().uptime }
  }

  /// Makes one request and waits for what comes of it, for the target's timeout at most. A cancelled task
  /// ends it.
  package func send(_ attempt: Attempt) async -> AttemptResult {
    let end = ContinuousClock.now + target.rules.timeout
    let head = await within(target.rules.timeout) { await self.exchange(attempt) }
    guard !Task.isCancelled else { return .failed(.cancelled) }
    switch head {
    case nil, .failure(.cancelled): return .failed(.timedOut)
    case .failure(let failure): return .failed(failure)
    case .success(let answer):
      defer { release(answer.address) }
      let text = AnswerText(limit: target.rules.maxAnswerBytes)
      // The status is there: what is missing of the text, or late, changes nothing.
      _ = await within(max(.zero, end - ContinuousClock.now)) { await text.read(answer.response.body) }
      return .answered(
        status: Int(answer.response.status.code), retryAfter: retryAfter(answer.response), body: text.bytes)
    }
  }

  /// Ends all connections.
  package func close() async {
    isClosed = true
    let closing = connections
    connections = []
    for one in closing { try? await one.client.shutdown() }
  }

  /// An answer's head, and where it came from; who has it releases the address.
  private struct Answer: Sendable {
    var response: HTTPClientResponse
    var address: IPAddress
  }

  private func exchange(_ attempt: Attempt) async -> Result<Answer, SendFailure> {
    let address: IPAddress
    switch await book.address() {
    case .success(let found): address = found
    case .failure(let problem):
      // Whoever waits no longer has not been told anything.
      guard !Task.isCancelled else { return .failure(.cancelled) }
      await book.noteFailure()
      return .failure(problem.failure)
    }
    let client: HTTPClient
    do {
      guard let made = try await connect(to: address) else { return .failure(.cancelled) }
      client = made
    } catch {
      return .failure(.tlsFailed)
    }
    do {
      let response = try await client.execute(request(attempt), deadline: .distantFuture)
      return .success(Answer(response: response, address: address))
    } catch {
      release(address)
      let failure = SendFailure(error)
      if failure == .connectFailed { await book.noteFailure() }
      return .failure(failure)
    }
  }

  private func request(_ attempt: Attempt) -> HTTPClientRequest {
    let moment = now()
    let signed = WebhookRequest(attempt, to: target, at: moment.now, agent: agent)
    var request = HTTPClientRequest(url: target.url.text)
    request.method = .POST
    for header in signed.headers { request.headers.add(name: header.name, value: header.value) }
    // Asked for only once there is a connection: what expires while that is made stays unsent.
    request.body = .stream(
      TimelyBody(bytes: signed.body, trigger: attempt.trigger, now: now),
      length: .known(Int64(signed.body.count)))
    return request
  }

  private func retryAfter(_ response: HTTPClientResponse) -> Duration? {
    response.headers.first(name: "retry-after").flatMap { RetryAfter.duration($0, at: now().now) }
  }

  private func connect(to address: IPAddress) async throws -> HTTPClient? {
    guard !isClosed else { return nil }
    if let one = connections.first(where: { $0.address == address }) {
      one.requests += 1
      return one.client
    }
    let made = Connections(address, HTTPClient(configuration: try configuration(for: address)))
    made.requests = 1
    connections.append(made)
    if connections.count > WebhookClient.maxAddresses,
      let idle = connections.firstIndex(where: { $0.requests == 0 })
    {
      let old = connections.remove(at: idle)
      try? await old.client.shutdown()
    }
    return made.client
  }

  private func release(_ address: IPAddress) {
    connections.first { $0.address == address }?.requests -= 1
  }

  private func configuration(for address: IPAddress) throws -> HTTPClient.Configuration {
    var tls = TLSConfiguration.makeClientConfiguration()
    if let file = target.trustFile { tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(file)) }
    var configuration = HTTPClient.Configuration(
      tlsConfiguration: tls, redirectConfiguration: .disallow,
      timeout: .init(connect: WebhookClient.connectTimeout))
    // The address that was checked, and no other: the certificate is still asked for under the host's name.
    configuration.dnsOverride = [target.url.host: address.description]
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = target.rules.maxConcurrent
    // The machine decides when to try again, and whether it is still in time.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.httpVersion = .http1Only
    return configuration
  }
}

/// Does `body` for so long at most; `nil` if it takes longer.
private func within<Value: Sendable>(
  _ duration: Duration, _ body: @escaping @Sendable () async -> Value
) async -> Value? {
  await withTaskGroup(of: Value?.self) { group in
    group.addTask { await body() }
    group.addTask {
      try? await Task.sleep(for: duration)
      return nil
    }
    let first = await group.next() ?? nil
    group.cancelAll()
    if let first { return first }
    // Asked to end, it may have come to an end of its own in that very moment.
    return await group.next() ?? nil
  }
}

/// The beginning of an answer's body, as far as it has come.
private final class AnswerText: Sendable {
  private let limit: Int
  private let held = Mutex<[UInt8]>([])

  init(limit: Int) { self.limit = limit }

  var bytes: [UInt8] { held.withLock { $0 } }

  func read(_ body: HTTPClientResponse.Body) async {
    do {
      for try await part in body {
        let count = held.withLock { bytes in
          bytes += part.readableBytesView.prefix(limit - bytes.count)
          return bytes.count
        }
        // What is left unread ends the connection.
        if count >= limit { return }
      }
    } catch {
      // Cut off: what has come is what there is.
    }
  }
}

/// A body that is handed out in time or not at all.
private struct TimelyBody: AsyncSequence, Sendable {
  let bytes: [UInt8]
  let trigger: Trigger
  let now: @Sendable () -> Moment

  struct Late: Error {}

  struct Iterator: AsyncIteratorProtocol {
    var body: TimelyBody?

    mutating func next() async throws -> ByteBuffer? {
      guard let body = body.take() else { return nil }
      guard body.trigger.isInTime(at: body.now().now) else { throw Late() }
      return ByteBuffer(bytes: body.bytes)
    }
  }

  func makeAsyncIterator() -> Iterator { Iterator(body: self) }
}

extension SendFailure: Error {
  /// What an error of the client means.
  init(_ error: any Error) {
    switch error {
    case is TimelyBody.Late: self = .expired
    case is CancellationError: self = .cancelled
    case let error as HTTPClientError:
      switch error {
      case .cancelled: self = .cancelled
      case .connectTimeout: self = .connectFailed
      case .tlsHandshakeTimeout: self = .tlsFailed
      case .deadlineExceeded, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout: self = .timedOut
      default: self = .connectionBroken
      }
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self = .tlsFailed
    case is NIOConnectionError: self = .connectFailed
    case let error as IOError where [ECONNREFUSED, EHOSTUNREACH, ENETUNREACH].contains(error.errnoCode):
      self = .connectFailed
    default: self = .connectionBroken
    }
  }
}
