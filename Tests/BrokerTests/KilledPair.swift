internal import Foundation
internal import Threads

#if canImport(Glibc)
  internal import Glibc
#endif

/// The built processor as two processes on a real broker, killed again and again while events come in.
struct KilledPair: Sendable {
  /// Also dies once and is started again, if the environment says how.
  private static let brokerKill = ProcessInfo.processInfo.environment["SOJOURN_TEST_BROKER_KILL"]
  private static let names = ["left", "right"]

  let scene: ProcessorScene
  let directory: URL
  /// Settings of its own, beside those of every pair.
  var settings: [String: String] = [:]

  /// What was done to the processes.
  struct Tally: CustomStringConvertible {
    var kills = 0
    /// Kills with records left to read.
    var behind = 0
    /// Most records left to read at a kill.
    var deepest: Int64 = 0
    var brokerKills = 0

    var description: String {
      "\(kills) kills, \(behind) of them with up to \(deepest) records to read, \(brokerKills) kills of the broker"
    }
  }

  /// Publishes slice after slice, kills between them, and waits until everything is consumed and the
  /// processes have stopped as asked.
  ///
  /// - Parameter publish: publishes one of `kills + 1` slices.
  func work(kills: Int, _ publish: (_ slice: Int) throws -> Void) throws -> Tally {
    var processes: [String: SojournProcess] = [:]
    defer { for process in processes.values { process.kill() } }
    var starts = 0
    func start(_ name: String) throws {
      starts += 1
      let errors = directory.appending(path: "\(name)-\(starts).errors")
      processes[name] = try SojournProcess(
        ["run"] + options(name) + ["--set", "storage.directory=\(directory.path)/\(name)"], errors: errors)
    }
    /// A process that ends by itself has failed.
    func look() throws {
      for (name, process) in processes where !process.isRunning {
        throw WaitedInVain(description: "'\(name)' ended by itself: \(process.said.suffix(2_000))")
      }
    }
    func waitForLanes(_ name: String) throws {
      try waitBlocking(until: "lanes at '\(name)'") {
        try look()
        return processes[name]?.said.contains(" runs with ") ?? false
      }
    }
    for name in Self.names { try start(name) }

    var tally = Tally()
    try publish(0)
    for kill in 0..<kills {
      let victim = Self.names.randomElement() ?? ""
      try waitForLanes(victim)
      try publish(kill + 1)
      Thread.sleep(forTimeInterval: .random(in: 0..<0.4))
      try look()
      processes[victim]?.kill()
      tally.kills += 1
      let lag = try left()
      if lag > 0 { tally.behind += 1 }
      tally.deepest = max(tally.deepest, lag)
      try start(victim)
      if kill == kills / 2, let command = Self.brokerKill {
        // One that is about to start ends if it finds no broker; whoever supervises it starts it again.
        try waitForLanes(victim)
        try killBroker(command)
        tally.brokerKills += 1
      }
    }
    // As long as it gets on: how fast that is depends on the build and the machine.
    while !((try? scene.isConsumed()) ?? false) {
      let before = try left()
      try waitBlocking(until: "less than \(before) records to read") {
        try look()
        return try left() < before || (try? scene.isConsumed()) ?? false
      }
    }
    for (name, process) in processes {
      let code = process.stop()
      guard code == 0 else {
        throw WaitedInVain(description: "'\(name)' ended with \(code): \(process.said.suffix(2_000))")
      }
    }
    guard try scene.isConsumed() else { throw WaitedInVain(description: "not everything is consumed") }
    return tally
  }

  /// Records that are still to be read. A broker that has just started does not know at once.
  private func left() throws -> Int64 {
    var found: Int64?
    try waitBlocking(until: "the group's offsets") {
      found = try? scene.lag()
      return found != nil
    }
    return found ?? 0
  }

  private func killBroker(_ command: String) throws {
    // `Process` would wait for the new broker as well, which inherits what it watches.
    let status = system(command)
    guard status == 0 else {
      throw WaitedInVain(description: "SOJOURN_TEST_BROKER_KILL ended with \(status)")
    }
  }

  /// Runs a command with the pair's settings, which has to succeed.
  @discardableResult
  func command(_ arguments: [String]) async throws -> SojournProcess.Answer {
    let answer = try await onOwnThread {
      try SojournProcess.run(arguments + options("command"), in: directory)
    }
    guard answer.code == 0 else {
      throw WaitedInVain(description: "\(arguments): \(answer.errors)\(answer.output)")
    }
    return answer
  }

  /// The settings of `ProcessorScene`, as the command takes them.
  private func options(_ instance: String) -> [String] {
    let usual = [
      "topics.prefix": scene.prefix, "group": scene.prefix + "group", "instance": scene.prefix + instance,
      "partitions": "\(scene.partitions)", "time.topicIdle": "24h", "http.port": "off",
      // Many small transactions, checkpoints among them, and files that a restart may use.
      "maxBatchEvents": "500", "checkpointAge": "1s", "storage.laneFileInterval": "1s",
      "kafka.session.timeout.ms": "6000",
      "rules.maxTriggerAge": "\(ProcessorScene.triggerAgeHours)h",
    ]
    return ["--log", "kafka://\(Broker.addresses ?? "")"]
      + usual.merging(settings) { $1 }.sorted { $0.key < $1.key }.flatMap {
        ["--set", "\($0.key)=\($0.value)"]
      }
  }
}
