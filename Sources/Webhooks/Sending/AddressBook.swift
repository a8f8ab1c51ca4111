/// The addresses of one target, checked: nothing is connected to that the rules refuse, whatever the name
/// means by now.
actor AddressBook {
  private let url: TargetURL
  private let rules: AddressRules
  private let lookup: HostLookup
  private let lifetime: Duration
  private let uptime: @Sendable () -> Duration
  private var known: (addresses: [IPAddress], at: Duration)?
  /// Who waits for the answer that is under way.
  private var waiters: [AsyncStream<Never>.Continuation] = []
  private var turn = 0

  /// - Parameter lifetime: how long an answer is good for.
  init(
    _ target: WebhookTarget, lookup: HostLookup, lifetime: Duration = .seconds(30),
    uptime: @escaping @Sendable () -> Duration
  ) {
    url = target.url
    rules = target.addressRules
    self.lookup = lookup
    self.lifetime = lifetime
    self.uptime = uptime
  }

  /// The address to connect to.
  func address() async -> Result<IPAddress, AddressProblem> {
    let addresses = await current()
    guard !addresses.isEmpty else { return .failure(.nameNotFound) }
    // One address that is not allowed spoils the answer: it is not the one to be clever with.
    for address in addresses { if rules.refusal(of: address) != nil { return .failure(.addressRefused) } }
    return .success(addresses[turn % addresses.count])
  }

  /// Notes that an address did not work: the next one is tried, and the name is asked for again.
  func noteFailure() {
    turn = (turn + 1) % 1_024
    known = nil
  }

  private func current() async -> [IPAddress] {
    if let address = url.address { return [address] }
    if let known, uptime() - known.at < lifetime { return known.addresses }
    // Those who ask meanwhile wait for the same answer; whoever is cancelled waits no longer, though the name
    // service cannot be hurried.
    let (stream, waiter) = AsyncStream<Never>.makeStream()
    waiters.append(waiter)
    if waiters.count == 1 {
      let (lookup, host) = (lookup, url.host)
      Task { note(await lookup.addresses(of: host)) }
    }
    for await _ in stream {}
    return known?.addresses ?? []
  }

  private func note(_ addresses: [IPAddress]) {
    known = addresses.isEmpty ? nil : (addresses, uptime())
    for waiter in waiters { waiter.finish() }
    waiters = []
  }
}

/// Why there is no address to connect to.
enum AddressProblem: Error, Sendable, Hashable {
  case nameNotFound
  case addressRefused

  var failure: SendFailure {
    switch self {
    case .nameNotFound: .nameNotFound
    case .addressRefused: .addressRefused
    }
  }
}
