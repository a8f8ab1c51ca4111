import CRdKafka
import EventLog
import Testing

@testable import KafkaLog

@Suite struct ClassificationTests {
  /// Every code librdkafka knows.
  static let codes: [rd_kafka_resp_err_t] = {
    var first: UnsafePointer<rd_kafka_err_desc>?
    var count = 0
    rd_kafka_get_err_descs(&first, &count)
    return (0..<count).compactMap { index in
      guard let first, first[index].name != nil else { return nil }
      return first[index].code
    }
  }()

  /// Every combination of flags with every code.
  static let failures: [Failure] = codes.flatMap { code in
    (0..<8).map { bits in
      var failure = Failure(code)
      failure.isFatal = bits & 1 != 0
      failure.requiresAbort = bits & 2 != 0
      failure.isRetriable = bits & 4 != 0
      return failure
    }
  }

  @Test func coversTheWholeTable() { #expect(Self.failures.count > 1000) }

  @Test func aCommitIsNeverRetriedOrRewound() {
    for failure in Self.failures {
      let reaction = failure.reaction(during: .commit)
      #expect(reaction != .retry && reaction != .abortAndRewind, "\(failure)")
    }
  }

  @Test func aCommitWithoutAnAnswerIsUnknown() {
    for code in [
      RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE,
      RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT, RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, RD_KAFKA_RESP_ERR_UNKNOWN,
    ] {
      for failure in Self.failures where failure.code == code {
        #expect(failure.reaction(during: .commit) == .commitUnknown, "\(failure)")
      }
    }
  }

  @Test func onlyACommitIsUnknown() {
    for failure in Self.failures {
      for operation in Operation.allCases where operation != .commit {
        #expect(failure.reaction(during: operation) != .commitUnknown, "\(failure)")
      }
    }
  }

  @Test func whatIsFatalToTheClientIsNeverRetriedOrRewound() {
    let routine = [
      RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
      RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS,
    ]
    for failure in Self.failures where failure.isFatal && !routine.contains(failure.code) {
      for operation in Operation.allCases {
        let reaction = failure.reaction(during: operation)
        #expect(reaction != .retry && reaction != .abortAndRewind, "\(operation) \(failure)")
      }
    }
  }

  @Test func withoutAFlagATransactionStops() {
    let known = [
      RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID,
      RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID,
      RD_KAFKA_RESP_ERR__FENCED, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, RD_KAFKA_RESP_ERR_PRODUCER_FENCED,
      RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING,
      RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID,
    ]
    for code in Self.codes where !known.contains(code) {
      #expect(Failure(code).reaction(during: .transaction) == .fatal, "\(code)")
    }
  }

  @Test func flagsCountInOrder() {
    var failure = Failure(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS)
    failure.isRetriable = true
    #expect(failure.reaction(during: .transaction) == .retry)
    failure.requiresAbort = true
    #expect(failure.reaction(during: .transaction) == .abortAndRewind)
    failure.isFatal = true
    #expect(failure.reaction(during: .transaction) == .fatal)
  }

  @Test(arguments: [
    (RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, LogError.Reaction.abortAndRewind, LogError.Reaction.ownershipLost),
    (RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, .abortAndRewind, .ownershipLost),
    (RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, .abortAndRewind, .ownershipLost),
    (RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID, .ownershipLost, .fatal),
    (RD_KAFKA_RESP_ERR__FENCED, .ownershipLost, .fatal),
    (RD_KAFKA_RESP_ERR_PRODUCER_FENCED, .ownershipLost, .fatal),
    (RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, .ownershipLost, .fatal),
    (RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED, .abortAndRewind, .ownershipLost),
    (RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, .fatal, .fatal),
    (RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, .fatal, .fatal),
    (RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, .abortAndRewind, .retry),
    (RD_KAFKA_RESP_ERR__TRANSPORT, .abortAndRewind, .retry),
  ])
  func namedCodes(
    code: rd_kafka_resp_err_t, inATransaction: LogError.Reaction, whileConsuming: LogError.Reaction
  ) {
    var failure = Failure(code)
    #expect(failure.reaction(during: .consume) == whileConsuming)
    failure.requiresAbort = true
    #expect(failure.reaction(during: .transaction) == inATransaction)
  }

  @Test func aDeadProducerStartsOver() {
    for code in [RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_ID_MAPPING] {
      var failure = Failure(code)
      failure.isFatal = true
      #expect(failure.reaction(during: .transaction) == .ownershipLost)
    }
  }

  @Test func readingAndPublishingRetryOnlyWhatPasses() {
    for code in Self.codes {
      for operation in [Operation.publish, .read, .administer] {
        let reaction = Failure(code).reaction(during: operation)
        #expect(reaction == (Failure(code).isTransient ? .retry : .fatal), "\(operation) \(code)")
      }
    }
  }

  @Test func theCodeIsLibrdkafkasName() {
    #expect(Failure(RD_KAFKA_RESP_ERR__FENCED).name == "ERR__FENCED")
    #expect(Failure(RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION).name == "ERR_ILLEGAL_GENERATION")
  }
}
