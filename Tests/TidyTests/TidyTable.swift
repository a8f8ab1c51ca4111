/// What the project allows, with the reason where it is an exception.
enum TidyTable {
  /// The pure core and the port: what they may import at all. A value from outside is handed in.
  static let pureModules: [String: Set<String>] = [
    "Bytes": [],
    "JourneyModel": ["Bytes"],
    "JourneyRules": ["Bytes", "JourneyModel"],
    "Predictions": ["Bytes", "JourneyModel", "JourneyRules"],
    "Identity": ["JourneyModel"],
    "Sessionizer": ["Bytes", "HeapModule", "Identity", "JourneyModel", "JourneyRules", "Predictions"],
    "Evaluation": ["EventLog", "JourneyModel", "JourneyRules", "Predictions", "Sessionizer", "WireFormat"],
    "Persons": [
      "Bytes", "EventLog", "Identity", "JourneyModel", "JourneyRules", "Processor", "Sessionizer",
      "WireFormat",
    ],
    "EventLog": ["Bytes"],
    // Synchronization for one lock: decoders are lent to whoever reads a body.
    "Intake": ["Bytes", "EventLog", "JourneyModel", "JourneyRules", "Synchronization", "WireFormat"],
    "SeededGenerator": [],
  ]

  /// System modules that the others may import. Foundation costs a second of start-up nowhere, but locale,
  /// time zones and JSON by reflection come with it: what makes bytes of outputs does without.
  static let systemModules: [String: Set<String>] = [
    "WireFormat": [],
    // Read a record a batch, by its members' names.
    "Sources/WireFormat/JournalRecord.swift": ["Foundation"],
    "LaneStorage": ["Foundation", "Synchronization"],
    "ProcessRuntime": ["Foundation", "Synchronization"],
    // One lock: an answer that another thread looks for.
    "Learning": ["Synchronization"],
    "KafkaLog": ["Foundation"],
    "EmbeddedLog": ["Dispatch", "Foundation", "Synchronization"],
    "SimulatedLog": ["Foundation", "Synchronization"],
    "Processor": ["Foundation", "Synchronization"],
    "LogTools": ["Foundation", "Synchronization"],
    "LocalStore": ["Foundation", "Glibc", "Synchronization"],
    "Threads": ["Foundation"],
    "Edge": ["Synchronization"],
    "Tokens": [],
    "Sources/Tokens/Keys/KeySetFile.swift": ["Foundation", "Glibc"],
    "Sources/Edge/UserAgents/DeferredRules.swift": ["Foundation", "Synchronization"],
    "Sources/Edge/UserAgents/UserAgentRules+File.swift": ["Foundation"],
    "Webhooks": ["Foundation", "Synchronization"],
    "Views": ["Foundation", "Synchronization"],
  ]

  /// Edges of the package that no import shows, as `target → dependency`.
  static let silentEdges: [String: String] = [:]

  static let longFiles: [String: (lines: Int, reason: String)] = [:]

  /// As `path name`.
  static let longFunctions: [String: String] = [
    "Sources/Benchmark/BareClient.swift run": "one loop of librdkafka's calls, in the order that is measured",
    "Sources/Benchmark/BenchmarkCommand.swift run": "one benchmark after the other, each a few lines",
    "Sources/Benchmark/RestoreBenchmark.swift write": "one scene that is set up step by step",
    "Sources/JourneyRules/Evaluation/CompiledRules.swift init": "one assignment for each flat array",
    "Sources/sojourn/Commands/ReplayCommand.swift replay": "the course of the command, from files to files",
    "Sources/sojourn/Commands/RunCommand.swift run": "wires the services together, in the order of starting",
    "Tests/JourneyRulesTests/Evaluation/MemberTreeTests.swift bytesNextToQuotesEndNothing":
      "a table of texts",
    "Tests/ProcessorTests/Residency/EvictionTests.swift noOutputByteDependsOnWhatIsInMemory":
      "two lanes side by side, batch by batch",
    "Tests/SessionizerTests/ObviousModel.swift admit":
      "the oracle: admission from the top to the bottom, without tricks",
  ]

  /// Names that are declared once and still used.
  static let usedFromOutside: [String: String] = [
    "BenchmarkCommand": "the program's entry",
    "customMirror": "asked by whatever prints",
    "makeAsyncIterator": "called by loops",
    "respond": "called by the HTTP server",
    "handlerAdded": "called by the channel's pipeline",
    "handlerRemoved": "called by the channel's pipeline",
    "channelReadComplete": "called by the channel's pipeline",
    "userInboundEventTriggered": "called by the channel's pipeline",
    "defaultValueDescription": "called by the argument parser",
    "toast": "made from its raw value",
    "imageOnly": "made from its raw value",
    "leftText": "made from its raw value",
    "rightText": "made from its raw value",
    "topText": "made from its raw value",
    "bottomText": "made from its raw value",
    "center": "made from its raw value",
  ]

  /// Pointers, unchecked conformances and the like, by module. C is called from KafkaLog, WireFormat,
  /// LocalStore, Edge and the command; the others have a handful, each with its reason beside it. Lower a
  /// number when some have gone.
  static let unsafeNames = [
    "Benchmark": 9, "Bytes": 24, "Edge": 5, "EmbeddedLog": 8, "EventLog": 4, "Gateway": 7, "Intake": 1,
    "KafkaLog": 39,
    "LocalStore": 8,
    "Presentation": 1, "ProcessRuntime": 2, "Processor": 1, "Sessionizer": 1, "SimulatedLog": 3,
    "Simulation": 8, "Views": 1, "Webhooks": 4, "WireFormat": 65,
    "sojourn": 21,
  ]

  /// Where a folder's tests are, if not under its own name.
  static let testHomes: [String: (tests: String, reason: String)] = [
    "Sources/Benchmark": (
      "Tests/CommandTests", "measures, and is run by scripts/bench; nothing depends on it"
    ),
    "Sources/Benchmark/Cost": ("Tests/CommandTests", "as all of the benchmark"),
    "Sources/DemoProgram": ("Tests/PresentationTests", "calls the demo that is tested there"),
    "Sources/Evaluation": ("Tests/ProcessorTests/Evaluation", "called by lanes, and tested in them"),
    "Sources/JourneyRules/Definitions": ("Tests/JourneyRulesTests/Reading", "values; reading makes them"),
    "Sources/LaneStorage": (
      "Tests/ProcessorTests/Restore", "forms and ports, tested with what restores from them"
    ),
    "Sources/LogTools/Reading": (
      "Tests/LogToolsTests/Verification", "readers that verification goes through"
    ),
    "Sources/LogTools/Recovery": ("Tests/ProcessorTests/Restore", "recovers what SilenceTests has lost"),
    "Sources/sojourn/Persons": (
      "Tests/EndToEnd", "drafts commands and publishes them: decisions.sh does so on a running processor"
    ),
    "Sources/SeededGenerator": ("Tests/JourneyModelTests", "every seeded test draws from it"),
    "Sources/Threads": ("Tests/SessionQueriesTests", "one call, which those tests wait through"),
    "Sources/WireFormat/Redo": ("Tests/ProcessorTests/Restore", "a restore reads what a lane wrote"),
    "Sources/WireFormat/Stored": ("Tests/WireFormatTests", "stored forms of all builds are read there"),
    "Sources/sojourn": (
      "Tests/CommandTests", "the command, without its Commands and Simulate folders, is tested in one folder"
    ),
    "Sources/sojourn/Commands": ("Tests/EndToEnd", "from outside"),
    "Sources/sojourn/Configuration": ("Tests/CommandTests", "one folder"),
    "Sources/sojourn/Definitions": ("Tests/CommandTests", "one folder"),
    "Sources/sojourn/Explain": ("Tests/EndToEnd", "from outside"),
    "Sources/sojourn/Files": ("Tests/CommandTests", "one folder"),
    "Sources/sojourn/Sessions": ("Tests/CommandTests", "one folder"),
    "Sources/sojourn/Simulate": ("Tests/SimulationTests", "prints what those find"),
    "Sources/sojourn/Terminal": ("Tests/CommandTests", "one folder"),
    "Sources/sojourn/WhatIf": ("Tests/EndToEnd", "from outside"),
  ]
}
