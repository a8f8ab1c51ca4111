/// Calls that the project does without, and what to use.
extension TidyTable {
  private static let pure = [
    "Sources/Bytes/", "Sources/Identity/", "Sources/JourneyModel/", "Sources/JourneyRules/",
    "Sources/Predictions/", "Sources/Sessionizer/", "Sources/WireFormat/", "Sources/EventLog/",
    "Sources/Intake/",
  ]
  private static let core = pure + ["Sources/Processor/", "Sources/LogTools/"]
  private static let tests = "Tests/"

  static let banned: [BannedCall] = [
    BannedCall(
      name: "Date", form: .bare,
      instead: "time comes from a `WallClock` or from the batch; in terminal code and logs only",
      except: [
        tests, "Sources/Benchmark/", "Sources/Presentation/Terminal/", "Sources/sojourn/", "Sources/Gateway/",
        // Where the machine's clock is read for the others.
        "Sources/ProcessRuntime/SystemClock.swift", "Sources/Processor/Definitions/DefinitionStore.swift",
        "Sources/EmbeddedLog/Configuration.swift", "Sources/KafkaLog/Topics/",
      ]),
    BannedCall(
      name: "now", base: "ContinuousClock", instead: "the core never asks the time; hand it in", only: pure),
    BannedCall(
      name: "print", form: .call,
      instead: "StandardOutput.print or StandardError.print, which notice a closed pipe; a logger elsewhere",
      except: [
        "Sources/sojourn/", "Sources/DemoProgram/", "Sources/Presentation/", "Sources/Benchmark/", tests,
      ]),
    BannedCall(name: "debugPrint", form: .call, instead: "remove it"),
    BannedCall(name: "dump", form: .call, instead: "remove it"),
    BannedCall(
      name: "fatalError", form: .call,
      instead: "throw an error that names what the caller must do; `precondition` for what cannot be"),
    BannedCall(
      name: "DispatchQueue", instead: "an actor, or onOwnThread for calls that block", except: dispatching),
    BannedCall(name: "DispatchGroup", instead: "a task group", except: [tests]),
    BannedCall(name: "DispatchSemaphore", instead: "a condition, or an actor", except: [tests, simulation]),
    BannedCall(name: "NSLock", instead: "Mutex of Synchronization"),
    BannedCall(name: "NSRecursiveLock", instead: "Mutex of Synchronization"),
    BannedCall(name: "os_unfair_lock", instead: "Mutex of Synchronization"),
    BannedCall(
      name: "sleep", base: "Thread",
      instead: "Task.sleep, or the runtime that is handed in; on threads of blocking calls only",
      except: [tests, "Sources/Benchmark/"] + blocking),
    BannedCall(name: "usleep", form: .call, instead: "Task.sleep"),
    BannedCall(
      name: "detached", base: "Task", instead: "a child task, so that cancelling reaches it",
      except: detaching),
    BannedCall(
      name: "detachNewThread", instead: "onOwnThread", except: [tests, "Sources/Threads/", simulation]),
    BannedCall(
      name: "hashValue", instead: "a hash differs from run to run: Digest or ContentDigest", except: [tests]),
    BannedCall(name: "UUID", form: .bare, instead: "ids are derived, see DerivedEventID", only: core),
    BannedCall(name: "SystemRandomNumberGenerator", instead: "SeededGenerator"),
    BannedCall(
      name: "lowercased", form: .bare,
      instead: "CaseFolding: the machine's Unicode tables may not reach a byte", only: pure),
    BannedCall(
      name: "uppercased", form: .bare,
      instead: "CaseFolding: the machine's Unicode tables may not reach a byte", only: pure),
    BannedCall(
      name: "JSONEncoder", instead: "the encoders of WireFormat: Foundation's order and numbers are not ours",
      only: core),
    BannedCall(name: "JSONSerialization", instead: "DefinitionJSON", only: core),
    BannedCall(name: "DateFormatter", instead: "EventTime.iso8601", only: core),
    BannedCall(name: "ISO8601DateFormatter", instead: "EventTime.iso8601"),
    BannedCall(name: "NSRegularExpression", instead: "a parser of a few lines", except: [tests]),
  ]

  private static let simulation = "Sources/Simulation/"
  /// Queues of the system's where it wants one.
  private static let dispatching = [
    "Sources/Gateway/Health/EndProbe.swift", "Sources/sojourn/Commands/MaintenanceService.swift",
  ]
  /// Threads that may block, since nobody else runs on them.
  private static let blocking = [
    "Sources/SimulatedLog/IdleWait.swift", "Sources/SessionQueries/SessionSubscription.swift",
    "Sources/EmbeddedLog/", "Sources/ProcessRuntime/ThreadRuntime.swift",
    "Sources/Processor/Definitions/DefinitionStore.swift", "Sources/LogTools/Redrive/RedriveRun.swift",
    "Sources/SessionQueries/SessionWait.swift", "Sources/Views/Feed/ViewFeed.swift",
  ]
  private static let detaching = [
    "Sources/LogTools/Replay/Replay.swift", "Sources/Gateway/Server/ListeningServer.swift",
    "Sources/Benchmark/", tests,
  ]
}
