package import EventLog

/// Decides at every request whether it goes wrong. The log asks under its lock: an injector must not call the
/// log.
package protocol FaultInjector: Sendable {
  /// What happens to this request. `random` is the log's own generator, so that one seed covers the faults as
  /// well.
  mutating func answer(_ request: FaultRequest, random: inout SeededRandom) -> FaultAnswer
}

/// One request that may be made to fail.
package struct FaultRequest: Sendable, Hashable {
  /// The kinds of request, by the call of the port that makes them.
  package enum Kind: String, Sendable, CaseIterable, Hashable {
    /// `GroupConsumer.poll`
    case poll
    /// `TransactionalProducer.initialize`
    case initialize
    /// `TransactionalProducer.begin`
    case begin
    /// `TransactionalProducer.produce`
    case produce
    /// `TransactionalProducer.flush`
    case flush
    /// `TransactionalProducer.sendOffsets`
    case sendOffsets
    /// `TransactionalProducer.commit`
    case commit
    /// `TransactionalProducer.abort`
    case abort
    /// `GroupConsumer.committed`
    case committed
    /// `PartitionReader.bounds`
    case readBounds
    /// `PartitionReader.read`, once per chunk, and `PartitionReader.poll`
    case read
    /// `Publisher.send`
    case publish
  }

  /// What is asked for.
  package var kind: Kind
  /// Who asks: the member's instance, the transactional id, `reader` or `publisher`.
  package var subject: String
  /// How many requests of this kind there were before, over all subjects.
  package var number: Int

  /// Creates a request.
  package init(kind: Kind, subject: String, number: Int) {
    self.kind = kind
    self.subject = subject
    self.number = number
  }
}

/// When a fault strikes.
package enum FaultMoment: String, Sendable, CaseIterable, Hashable {
  /// Nothing of the request happened.
  case beforeEffect
  /// The request took effect and its reply was lost. A `poll` or `read` hands nothing over and moves no
  /// position.
  case afterEffect
}

/// What an injector decided.
package enum FaultAnswer: Sendable {
  /// The request goes well.
  case proceed
  /// The request throws this error.
  case fail(LogError, FaultMoment)
  /// The process dies: the request throws `SimulatedCrash`.
  case crash(FaultMoment)
}

/// The process making the request is gone. Not a `LogError`: no reaction exists, the driver drops every
/// object of that process without closing it.
package struct SimulatedCrash: Error, Sendable, Hashable {
  /// The request it died in.
  package var request: FaultRequest
  /// Whether the request had taken effect.
  package var moment: FaultMoment

  /// Creates a crash.
  package init(request: FaultRequest, moment: FaultMoment) {
    self.request = request
    self.moment = moment
  }
}
