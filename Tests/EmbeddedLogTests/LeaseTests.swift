internal import EmbeddedLog
internal import EventLog
internal import Testing

@Suite struct LeaseTests {
  private let file: TemporaryFile
  private let clock = ManualClock()
  private let log: EmbeddedLog
  private let all = [TopicPartition("in", 0), TopicPartition("in", 1)]

  init() throws {
    file = try TemporaryFile()
    log = try EmbeddedLog(path: file.path, configuration: clock.configuration())
    try log.create([TopicSpecification(name: "in", partitions: 2)])
    try Steps.publish(0..<5, of: log)
  }

  @Test func theSecondMemberWaitsAndCanSayForWhom() throws {
    let owner = try Steps.member("owner", of: log)
    #expect(try log.currentLease(group: "group") == nil)
    #expect(try Steps.poll(owner).events == [.assigned(all)])
    let waiting = try Steps.member("waiting", of: log)
    let answer = try Steps.poll(waiting)
    #expect(answer.events == [] && answer.records == 0)
    let lease = try #require(try log.currentLease(group: "group"))
    #expect(lease.owner == "owner" && lease.epoch == 1 && lease.expires == clock.now + 10_000)
    #expect(Steps.logError { _ = try waiting.metadata() }?.reaction == .ownershipLost)
  }

  @Test func anExpiredLeaseIsTakenOver() throws {
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    let next = try Steps.member("next", of: log)
    #expect(try Steps.poll(next).events == [])
    clock.advance(by: .seconds(9))
    #expect(try Steps.poll(next).events == [])
    clock.advance(by: .seconds(1))
    #expect(try Steps.poll(next).events == [.assigned(all)])
    #expect(try Steps.poll(owner).events == [.lost(all)])
    #expect(try log.currentLease(group: "group")?.epoch == 2)
  }

  @Test func pollingKeepsTheLease() throws {
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    let next = try Steps.member("next", of: log)
    for _ in 0..<5 {
      clock.advance(by: .seconds(9))
      try Steps.poll(owner)
      #expect(try Steps.poll(next).events == [])
    }
  }

  @Test func committingKeepsTheLease() throws {
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    let producer = try log.makeTransactionalProducer(id: "producer")
    try producer.initialize()
    clock.advance(by: .seconds(9))
    try producer.begin()
    try producer.sendOffsets([all[0]: NextOffset(1)], group: try owner.metadata())
    try producer.commit()
    #expect(try log.currentLease(group: "group")?.expires == clock.now + 10_000)
  }

  @Test func theTimerKeepsTheLeaseWherePollsAreRare() throws {
    var settings = clock.configuration()
    settings.leaseDuration = .milliseconds(3_000)
    settings.maxPollInterval = .seconds(60)
    let log = try EmbeddedLog(path: file.path, configuration: settings)
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    clock.advance(by: .seconds(2))
    let patience = ContinuousClock.now + .seconds(20)
    // Looks until the timer has run, however late.
    while try log.currentLease(group: "group")?.expires != clock.now + 3_000, ContinuousClock.now < patience {
      _ = try Steps.poll(try Steps.member("waiting", of: log))
    }
    #expect(try log.currentLease(group: "group")?.expires == clock.now + 3_000)
    owner.close()
  }

  /// Whoever waits goes by how long it has seen nothing, not by what some clock says.
  @Test(arguments: [-400, -1, 1, 400]) func aClockThatIsSetTakesNoLeaseAway(days: Int) throws {
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    let next = try Steps.member("next", of: log)
    #expect(try Steps.poll(next).events == [])
    clock.set(by: .seconds(days * 86_400))
    for _ in 0..<4 {
      #expect(try Steps.poll(next).events == [])
      clock.advance(by: .seconds(4))
      #expect(try Steps.poll(owner).events == [])
    }
    #expect(try log.currentLease(group: "group")?.epoch == 1)
    // And none alive: its owner is silent now.
    for _ in 0..<2 {
      #expect(try Steps.poll(next).events == [])
      clock.set(by: .seconds(-days * 86_400))
      clock.advance(by: .seconds(5))
    }
    #expect(try Steps.poll(next).events == [.assigned(all)])
  }

  @Test func aRenewalUnderAClockThatStandsIsSeen() throws {
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    let next = try Steps.member("next", of: log)
    for _ in 0..<4 {
      #expect(try Steps.poll(next).events == [])
      clock.advance(by: .seconds(6))
      clock.set(by: .seconds(-6))
      try Steps.poll(owner)
    }
    #expect(try log.currentLease(group: "group")?.epoch == 1)
  }

  @Test func closingGivesTheLeaseBack() throws {
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    owner.close()
    #expect(try log.currentLease(group: "group") == nil)
    let next = try Steps.member("next", of: log)
    #expect(try Steps.poll(next).events == [.assigned(all)])
    #expect(try log.currentLease(group: "group")?.epoch == 2)
  }

  @Test func theSameInstanceInOneProcessReplacesItself() throws {
    let first = try Steps.member("worker", of: log)
    try Steps.poll(first)
    let second = try Steps.member("worker", of: log)
    #expect(try Steps.poll(second).events == [.assigned(all)])
    #expect(try Steps.poll(first).events == [.lost(all), .assigned(all)])
  }

  @Test func aStaleCommitIsRefusedAndLeavesNothing() throws {
    try log.create([TopicSpecification(name: "out", partitions: 1)])
    let stale = try Steps.member("stale", of: log)
    try Steps.poll(stale)
    let producer = try log.makeTransactionalProducer(id: "stale")
    try producer.initialize()
    try producer.begin()
    var batch = OutputBatch()
    batch.append("out", partition: 0, key: nil, value: [1])
    try producer.produce(batch)
    try producer.sendOffsets([all[0]: NextOffset(5)], group: try stale.metadata())
    let fresh = try Steps.member("fresh", of: log)
    #expect(try Steps.poll(fresh).records == 0)
    clock.advance(by: .seconds(10))
    #expect(try Steps.poll(fresh).records == 5)

    let error = try #require(Steps.logError { try producer.commit() })
    #expect(error.reaction == .ownershipLost && error.code == "leaseLost")
    #expect(error.message.contains("epoch 1") && error.message.contains("epoch 2"))
    try producer.abort()
    #expect(try Steps.contents(of: "out", in: log).isEmpty)
    #expect(try fresh.committed([all[0]])[all[0]] == .some(nil))
  }

  @Test func anExpiredLeaseThatNobodyTookStillCommits() throws {
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    clock.advance(by: .seconds(60))
    let producer = try log.makeTransactionalProducer(id: "producer")
    try producer.initialize()
    try producer.begin()
    try producer.sendOffsets([all[0]: NextOffset(3)], group: try owner.metadata())
    try producer.commit()
    #expect(try owner.committed([all[0]])[all[0]] == NextOffset(3))
  }

  /// A process that waits has made its producer already, under the same transactional id if it has the same
  /// name.
  @Test func whoOnlyWaitsFencesNobody() throws {
    let owner = try Steps.member("owner", of: log)
    try Steps.poll(owner)
    let producer = try log.makeTransactionalProducer(id: "producer")
    try producer.initialize()
    let waiting = try log.makeTransactionalProducer(id: "producer")
    try waiting.initialize()
    try producer.begin()
    try producer.sendOffsets([all[0]: NextOffset(3)], group: try owner.metadata())
    try producer.commit()
    #expect(try owner.committed([all[0]])[all[0]] == NextOffset(3))

    // Without the lease as a proof, the newest is the owner.
    try producer.begin()
    let error = try #require(Steps.logError { try producer.commit() })
    #expect(error.reaction == .ownershipLost && error.code == "producerFenced")
  }
}
