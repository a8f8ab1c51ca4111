/// What one seed gave.
package struct SimulationReport: Sendable {
  /// The seed.
  package var seed: UInt64
  /// What was found to be wrong; empty if every check held.
  package var violations: [String] = []
  /// Faults that struck and situations that came up, by class.
  package var fired: [String: Int] = [:]
  /// Everything that happened in the log, as one number: the same seed gives the same.
  package var trace: UInt64 = 0
  /// Every step of the log as text, if that was asked for.
  package var traceLines: [String] = []
  /// Input records published.
  package var events = 0
  /// Transactions committed.
  package var commits = 0
  /// Virtual time that passed.
  package var virtualTime: Duration = .zero

  /// Whether every check held.
  package var isSound: Bool { violations.isEmpty }

  /// Every class that a suite must have seen.
  package static var classes: [String] {
    FaultPlan.classes + Chaos.allCases.map { "chaos/\($0.rawValue)" }
      + SimulatedDisk.Fault.allCases.map { "disk/\($0.rawValue)" } + ["cold/lost", "cold/damaged"]
      + Situation.allCases.map { "situation/\($0.rawValue)" }
  }
}

/// What a fault leads to: counted, because a suite in which it never came up proves nothing about it.
enum Situation: String, CaseIterable {
  /// Nobody ran for hours to months.
  case silence
  /// A process was started under a clock that was wrong by hours or more.
  case wrongClockAtStart
  /// Retention removed records.
  case retentionRemoved
  /// Maintenance had to leave old records because a restart needed them, or nobody had read them.
  case heldBack
  /// A broker removed input that nobody had read.
  case inputLost
  /// A process stopped over lost input, as it is configured.
  case stoppedOverLostInput
  /// A transaction was refused because its process had been overtaken.
  case staleOwnerRefused
  /// A lane was dropped and read back after an abort.
  case rewound
  /// A lane was restored with sessions.
  case restoredWithSessions
  /// A transaction carried a tick.
  case tick
  /// A transaction carried a tick of a stream and records of others.
  case tickBesideInput
  /// An event was forwarded to the lane that owns it.
  case routed
  /// A record was rejected.
  case rejected
  /// A duplicate was found.
  case duplicate
  /// A value was checkpointed to `state`.
  case checkpointed
  /// A lane came back from its local file.
  case restoredFromFile
  /// A lane's local file was there and not to be trusted.
  case laneFileIgnored
  /// A lane that was given back came back to the process that still had it.
  case resumedFromMemory
  /// A session left memory for the local store.
  case evicted
  /// A session came back from there.
  case loaded
  /// A snapshot would have been larger than its topic takes.
  case shortenedSnapshot
  /// A topic was left alone because too much of it was broken.
  case breakerOpened
  /// A reader looked at the outputs of a lane in the middle of everything.
  case seenByReader
  /// At the end a lane held a session of which no reader had heard.
  case untold
  /// Two sessions were merged.
  case merged
  /// A process ended by itself because another runs under its instance.
  case instanceFenced
  /// The cluster ended a transaction that had been open for too long.
  case transactionTimedOut
  /// Other definitions came into force while the processor ran.
  case definitionsSwitched
  /// Models were trained beside lane 0, and the run was written.
  case trained
  /// Lane 0 was lost, or read back, while a run waited for its transaction or for the end of that.
  case laneZeroLostWhileTraining
  /// A process died while it read what it was to learn from.
  case killedWhileTraining
  /// A run put a model into force where there was none.
  case modelPublished
  /// A run put a model in the place of another one.
  case modelReplaced
  /// A run found its model not good enough.
  case modelRefused
  /// A run took a model out of force.
  case modelWithdrawn
  /// A run came to the same models from examples in other records.
  case trainedFromOtherRecords
  /// Batches could not be reduced again, as nobody keeps the models any more that they were scored under.
  case modelsForgotten
  /// A lane's batch was scored under other models than the one before.
  case modelsSwitched
  /// A lane's batch was scored under models.
  case batchScored
  /// A snapshot said what is predicted.
  case scoreShown
  /// A map was triggered by a probability,
  case triggeredByProbability
  /// by a quantile,
  case triggeredByQuantile
  /// by a probability that was high and is low.
  case triggeredByFall
  /// A segment was assigned.
  case segmentAssigned
  /// A segment expired.
  case segmentUnassigned
  /// A trigger was emitted.
  case triggerOffered
  /// A trigger was too old.
  case triggerExpired
  /// A trigger came after its delay.
  case triggerDelayed
  /// A trigger came when the customer did.
  case triggerOnReturn
  /// A lane applied another one's message.
  case messageApplied
  /// A message came a second time.
  case messageRepeated
  /// A contact was published.
  case contactPublished
  /// A contact became part of another.
  case contactMerged
  /// A session's card named a person.
  case personShown
  /// A command about persons was taken up.
  case commandTaken
  /// A record of their topic was no command.
  case commandRejected
  /// A decision was not carried out, as it is about nobody.
  case commandRefused
  /// A contact's record said in which segments somebody had put it.
  case segmentGiven
  /// An action map acted on a segment that somebody was put in.
  case assignmentActedOn
  /// A person was to be erased.
  case personErased
  /// A contact was taken back because of it.
  case contactErased
  /// A session was.
  case sessionErased
  /// A session's record still named somebody erased, as its lane had forgotten the session.
  case sessionLeftToSweep
  /// An action was kept from being offered.
  case actionBlocked
}
