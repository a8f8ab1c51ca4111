// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: the upcoming features keep imports and existentials explicit.
let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// The core, and the log that it is tested on: debug builds optimize them as well, with assertions and every
/// check left in, because the tests put thousands of seeds through them.
let coreSettings: [SwiftSetting] =
  swiftSettings + [.unsafeFlags(["-O", "-assert-config", "Debug"], .when(configuration: .debug))]

/// Release builds of the hot path do not check exclusive access at run time: the checks cost 6 % of a replay.
/// Actor isolation excludes races between threads. It does not exclude overlapping accesses of one thread;
/// debug builds, and so the tests, check those. See docs/design/hot-path.md.
let hotPathSettings: [SwiftSetting] =
  coreSettings + [.unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))]

/// How the programs are linked. The allocator: blocks that one thread allocates and another frees, as every
/// record that librdkafka hands over is, take glibc a lock each; that and its larger blocks were a tenth of
/// the processor's time. The linker: where Swift's runtime is linked statically, the default one warns of
/// what Foundation calls, which nobody here can mend.
let programSettings: [LinkerSetting] = [
  .linkedLibrary("tcmalloc_minimal"), .unsafeFlags(["-use-ld=lld"], .when(configuration: .release)),
]

/// What the gateway knows of the world by the tables of others: user agents, domains, numbers, places. A
/// build without them (`swift build --disable-default-traits`) says so where it is asked.
let edgeLibraries = "EdgeLibraries"

/// The console's files. Each is in the program under its name, so that two folders cannot have the same.
let consoleFiles: [Resource] = [
  "agent.js", "api.js", "card.js", "console.css", "console.html", "definitions.js", "details.js", "dom.js",
  "en.js", "en.views.js", "explain.js", "icon.svg", "icons.js", "inquire.js", "lanes.js", "live.js",
  "login.js", "main.js", "map.js", "now.js", "operations.js", "outcomes.js", "parts.js", "person.js",
  "texts.js", "views.css", "whatif.js", "zh.js", "zh.sentences.js", "zh.views.js",
].map { .embedInCode("Console/Assets/\($0)") }

let package = Package(
  name: "sojourn",
  products: [
    .executable(name: "sojourn", targets: ["sojourn"]),
    .executable(name: "sojourn-demo", targets: ["DemoProgram"]),
    .executable(name: "sojourn-benchmark", targets: ["Benchmark"]),
  ],
  traits: [
    .trait(
      name: edgeLibraries,
      description: "Links PCRE2, libpsl, libphonenumber and libmaxminddb"),
    .default(enabledTraits: [edgeLibraries]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(
      url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.1.0"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.4.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.30.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: [
    // Slices, text, numbers and digests of bytes: below everything, and known to whoever knows events or
    // records.
    .target(name: "Bytes", swiftSettings: hotPathSettings),

    // The pure core: no Foundation, no C, no clock.
    .target(name: "JourneyModel", dependencies: ["Bytes"], swiftSettings: hotPathSettings),
    .target(
      name: "Sessionizer",
      dependencies: [
        "Identity", "JourneyModel", "JourneyRules", "Predictions",
        .product(name: "HeapModule", package: "swift-collections"),
      ],
      swiftSettings: hotPathSettings),

    // What administrators define: read, checked, bundled. Pure as well.
    .target(name: "JourneyRules", dependencies: ["Bytes", "JourneyModel"], swiftSettings: hotPathSettings),

    // How likely sessions are to achieve outcomes: features, models, scores, training. Pure as well.
    .target(
      name: "Predictions", dependencies: ["Bytes", "JourneyModel", "JourneyRules"],
      swiftSettings: hotPathSettings),

    // Who is who: identifiers, what was said of them, and the persons that follow. Pure as well.
    .target(name: "Identity", dependencies: ["JourneyModel"], swiftSettings: coreSettings),

    // Bytes to events and back.
    .target(
      name: "CJSONFields",
      linkerSettings: [.linkedLibrary("simdjson")]),
    .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
    .target(name: "CXXHash"),
    .target(
      name: "WireFormat",
      dependencies: [
        "Bytes", "Identity", "JourneyModel", "JourneyRules", "EventLog", "Predictions", "Sessionizer",
        "CJSONFields", "CLZ4", "CXXHash",
      ],
      swiftSettings: hotPathSettings),

    // Bodies of HTTP requests to records of the input streams. Pure; the server is elsewhere.
    .target(
      name: "Intake", dependencies: ["Bytes", "EventLog", "JourneyModel", "JourneyRules", "WireFormat"],
      swiftSettings: coreSettings),

    // The port and the logs behind it.
    .target(name: "EventLog", dependencies: ["Bytes"], swiftSettings: coreSettings),
    .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    .target(
      name: "KafkaLog",
      dependencies: [
        "EventLog", "CRdKafka",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: hotPathSettings),
    .target(
      name: "EmbeddedLog",
      dependencies: [
        "EventLog",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: swiftSettings),
    .target(
      name: "SimulatedLog", dependencies: ["EventLog"],
      swiftSettings: coreSettings),

    // What the program needs of the machine it runs on: threads, clocks and ways to wait.
    .target(name: "ProcessRuntime", dependencies: ["JourneyModel"], swiftSettings: coreSettings),

    // What a lane may keep beside the log: the form of its file, the cold store, and the ports to where they
    // lie.
    .target(
      name: "LaneStorage", dependencies: ["EventLog", "JourneyModel", "Sessionizer", "WireFormat"],
      swiftSettings: hotPathSettings),

    // What is asked after every event of a lane: rules, predictions, actions.
    .target(
      name: "Evaluation",
      dependencies: [
        "EventLog", "JourneyModel", "JourneyRules", "Predictions", "Sessionizer", "WireFormat",
      ],
      swiftSettings: hotPathSettings),

    // When models are trained, on what, and what of it is written.
    .target(
      name: "Learning",
      dependencies: [
        "Bytes", "EventLog", "JourneyModel", "JourneyRules", "Predictions", "ProcessRuntime", "WireFormat",
      ],
      swiftSettings: coreSettings),

    // Lanes, workers, commit, restore, release.
    .target(
      name: "Processor",
      dependencies: [
        "Evaluation", "EventLog", "JourneyModel", "JourneyRules", "LaneStorage", "Learning", "Predictions",
        "ProcessRuntime", "Sessionizer", "WireFormat",
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: hotPathSettings),

    // Who is behind sessions: what events say of persons, and what lanes keep and tell of them.
    .target(
      name: "Persons",
      dependencies: [
        "EventLog", "Identity", "JourneyModel", "JourneyRules", "Processor", "Sessionizer", "WireFormat",
      ],
      swiftSettings: hotPathSettings),

    // Offline, beside the processor: replay, verification, redrive, explanation and recovery of a log.
    .target(
      name: "LogTools",
      dependencies: [
        "EventLog", "Identity", "JourneyModel", "JourneyRules", "LaneStorage", "Learning", "Predictions",
        "ProcessRuntime", "Processor", "Sessionizer", "WireFormat",
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: hotPathSettings),

    // What a processor keeps on its own disk: a cache that may be lost at no harm.
    .target(
      name: "LocalStore",
      dependencies: [
        "CLZ4", "EventLog", "JourneyModel", "LaneStorage",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: swiftSettings),

    // The production processor on the simulated log, on one thread, from one seed.
    .target(name: "CAffinity"),
    .target(
      name: "Simulation",
      dependencies: [
        "CAffinity", "EventLog", "Identity", "JourneyModel", "JourneyRules", "LaneStorage", "Learning",
        "LogTools", "Persons", "Predictions",
        "ProcessRuntime",
        "Processor", "Sessionizer", "SimulatedLog", "WireFormat",
        .product(name: "DequeModule", package: "swift-collections"),
      ],
      swiftSettings: coreSettings),

    // What the tables of others know of a request.
    .target(
      name: "CEdge",
      cSettings: [.define("EDGE_LIBRARIES", .when(traits: [edgeLibraries]))],
      cxxSettings: [.define("EDGE_LIBRARIES", .when(traits: [edgeLibraries]))],
      linkerSettings: ["pcre2-8", "psl", "phonenumber", "maxminddb"].map {
        .linkedLibrary($0, .when(traits: [edgeLibraries]))
      }),
    .target(
      name: "Edge",
      dependencies: [
        "CEdge", "ProcessRuntime",
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: coreSettings),

    // Who bears a token, and what that one may do.
    .target(
      name: "Tokens",
      dependencies: [
        "Bytes", "JourneyModel",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "JWTKit", package: "jwt-kit"),
      ],
      swiftSettings: swiftSettings),

    // HTTP: health and metrics, and events that come in.
    .target(
      name: "Gateway",
      dependencies: [
        "Bytes", "CZlib", "EventLog", "Intake", "JourneyModel", "JourneyRules", "LaneStorage", "Learning",
        "Predictions", "ProcessRuntime", "Processor", "Threads", "Tokens", "Views", "WireFormat",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      // What the server gives: its description (docs/openapi.json), and the script that pages load.
      resources: [.embedInCode("Server/openapi.json"), .embedInCode("Server/sojourn.js")] + consoleFiles,
      swiftSettings: swiftSettings),

    // Triggers, sent over HTTP to whoever acts on them.
    .target(
      name: "Webhooks",
      dependencies: [
        "Bytes", "EventLog", "Gateway", "JourneyModel", "JourneyRules", "ProcessRuntime", "Processor",
        "SeededGenerator", "Threads", "WireFormat",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: swiftSettings),

    // Blocking calls, away from the threads that tasks share.
    .target(name: "Threads", swiftSettings: swiftSettings),

    // Repeatable randomness, for tests and workloads.
    .target(name: "SeededGenerator", swiftSettings: swiftSettings),

    // Packed files of events.
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

    // The sessions that a processor has written, read by whoever asks: a command, a server.
    .target(
      name: "SessionQueries",
      dependencies: [
        "EventLog", "JourneyModel", "JourneyRules", "Processor", "WireFormat",
      ],
      swiftSettings: swiftSettings),

    // A read model of what the processor has written, in a file of its own: what queries are answered from.
    .target(
      name: "Views",
      dependencies: [
        "Bytes", "EventLog", "JourneyModel", "WireFormat",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: swiftSettings),

    // What commands show on a terminal: sessions as cards, and the demo. No HTTP, so that the demo is built
    // soon.
    .target(
      name: "Presentation",
      dependencies: [
        "EmbeddedLog", "EventLog", "JourneyModel", "JourneyRules", "Learning", "Persons", "Predictions",
        "ProcessRuntime", "Processor", "SeededGenerator", "SessionQueries", "Sessionizer", "Threads",
        "WireFormat",
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: swiftSettings),

    // Composition roots.
    .executableTarget(
      name: "DemoProgram", dependencies: ["Presentation"], swiftSettings: swiftSettings,
      linkerSettings: programSettings),
    .executableTarget(
      name: "sojourn",
      dependencies: [
        "Bytes", "CZlib", "CZstd", "Edge", "EmbeddedLog", "EventLog", "Gateway", "Intake", "JourneyModel",
        "Identity", "JourneyRules", "KafkaLog", "LaneStorage", "Learning", "LocalStore", "LogTools",
        "Persons",
        "Predictions", "Presentation", "ProcessRuntime", "Processor", "SessionQueries", "Sessionizer",
        "Simulation",
        "Threads",
        "Tokens", "Views", "Webhooks",
        "WireFormat",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Configuration", package: "swift-configuration"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: swiftSettings, linkerSettings: programSettings),
    .executableTarget(
      name: "Benchmark",
      dependencies: [
        "Bytes", "CRdKafka", "EmbeddedLog", "EventLog", "JourneyModel", "JourneyRules", "KafkaLog",
        "LaneStorage", "LocalStore", "Persons", "Predictions", "ProcessRuntime", "Processor",
        "SeededGenerator", "Sessionizer", "SimulatedLog", "Threads", "Views", "WireFormat",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "HeapModule", package: "swift-collections"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings, linkerSettings: programSettings),

    // Tests mirror Sources. `LogConformance` is the one suite that every log passes.
    .target(
      name: "LogConformance", dependencies: ["EventLog"], path: "Tests/LogConformance",
      swiftSettings: swiftSettings),
    // One lane on the simulated log, batch by batch, for tests of what a restore reads.
    .target(
      name: "LaneScenes",
      dependencies: [
        "EventLog", "JourneyModel", "JourneyRules", "LaneStorage", "Learning", "LogTools", "Predictions",
        "ProcessRuntime", "Processor", "SeededGenerator", "Sessionizer", "SimulatedLog", "WireFormat",
      ],
      path: "Tests/LaneScenes", swiftSettings: swiftSettings),
    .testTarget(name: "BytesTests", dependencies: ["Bytes"], swiftSettings: swiftSettings),
    .testTarget(
      name: "JourneyModelTests", dependencies: ["JourneyModel", "SeededGenerator"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "IdentityTests", dependencies: ["Identity", "JourneyModel", "SeededGenerator"],
      swiftSettings: coreSettings),
    .testTarget(
      name: "JourneyRulesTests",
      dependencies: [
        "JourneyRules", "JourneyModel", "EventLog", "SeededGenerator", "Sessionizer", "WireFormat",
      ],
      swiftSettings: coreSettings),
    .testTarget(
      name: "PredictionsTests",
      dependencies: ["Bytes", "JourneyModel", "JourneyRules", "Predictions", "SeededGenerator"],
      swiftSettings: coreSettings),
    .testTarget(
      name: "SessionizerTests",
      dependencies: ["Sessionizer", "JourneyModel", "EventLog", "Identity", "SeededGenerator", "WireFormat"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "WireFormatTests",
      dependencies: [
        "EventLog", "Identity", "JourneyModel", "JourneyRules", "SeededGenerator", "Sessionizer",
        "WireFormat",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "IntakeTests",
      dependencies: [
        "EventLog", "Intake", "JourneyModel", "SeededGenerator", "WireFormat",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "EventLogTests", dependencies: ["EventLog"], swiftSettings: swiftSettings),
    .testTarget(
      name: "KafkaLogTests",
      dependencies: [
        "KafkaLog", "EventLog", "CRdKafka", "LogConformance", "Threads",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "EmbeddedLogTests",
      dependencies: [
        "EmbeddedLog", "EventLog", "LogConformance",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "SimulatedLogTests", dependencies: ["SimulatedLog", "EventLog", "LogConformance"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "LearningTests",
      dependencies: [
        "EventLog", "JourneyModel", "JourneyRules", "LaneScenes", "Learning", "Predictions",
        "ProcessRuntime", "SeededGenerator", "SimulatedLog", "WireFormat",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ProcessRuntimeTests", dependencies: ["JourneyModel", "ProcessRuntime"],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ProcessorTests",
      dependencies: [
        "EventLog", "JourneyModel", "JourneyRules", "LaneScenes", "LaneStorage", "Learning", "LogTools",
        "Predictions",
        "ProcessRuntime", "Processor", "SeededGenerator", "Sessionizer", "SimulatedLog", "WireFormat",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "LogToolsTests",
      dependencies: [
        "LaneScenes", "Learning", "LogTools", "Predictions", "Processor", "SimulatedLog", "EmbeddedLog",
        "EventLog", "JourneyModel", "JourneyRules", "Sessionizer", "SeededGenerator", "WireFormat",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "LocalStoreTests",
      dependencies: [
        "EventLog", "JourneyModel", "LaneScenes", "LaneStorage", "LocalStore", "Processor", "SeededGenerator",
        "Sessionizer", "SimulatedLog", "WireFormat",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "PersonsTests",
      dependencies: [
        "EventLog", "Identity", "JourneyModel", "JourneyRules", "LaneStorage", "LogTools", "Persons",
        "Processor", "Sessionizer", "WireFormat",
      ],
      swiftSettings: coreSettings),
    .testTarget(
      name: "SimulationTests", dependencies: ["Simulation"],
      swiftSettings: swiftSettings),
    .testTarget(name: "EdgeTests", dependencies: ["Edge", "SeededGenerator"], swiftSettings: coreSettings),
    .testTarget(
      name: "GatewayTests",
      dependencies: [
        "CZlib", "EventLog", "Gateway", "Identity", "Intake", "JourneyModel", "JourneyRules", "LaneStorage",
        "Learning", "Predictions", "ProcessRuntime", "Processor", "SeededGenerator", "Sessionizer",
        "SimulatedLog",
        "Threads", "Tokens", "Views", "WireFormat",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "TokensTests",
      dependencies: [
        "JourneyModel", "SeededGenerator", "Tokens",
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "WebhooksTests",
      dependencies: [
        "EmbeddedLog", "EventLog", "Gateway", "JourneyModel", "JourneyRules", "ProcessRuntime",
        "SeededGenerator", "SimulatedLog", "Threads", "Webhooks",
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "BrokerTests",
      dependencies: [
        "CRdKafka", "EventLog", "JourneyModel", "JourneyRules", "KafkaLog", "LogConformance", "LogTools",
        "ProcessRuntime", "Processor", "SeededGenerator", "Sessionizer", "Threads", "WireFormat",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "PresentationTests",
      dependencies: [
        "EventLog", "JourneyModel", "JourneyRules", "Learning", "Predictions", "Presentation", "Processor",
        "SessionQueries", "WireFormat",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "SessionQueriesTests",
      dependencies: [
        "EventLog", "JourneyModel", "Processor", "SessionQueries", "SimulatedLog", "Threads", "WireFormat",
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "ViewsTests",
      dependencies: [
        "EventLog", "JourneyModel", "SeededGenerator", "SimulatedLog", "Threads", "Views", "WireFormat",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "Edge", "EventLog", "Gateway", "Identity", "Intake", "JourneyModel", "JourneyRules", "LaneScenes",
        "Learning", "LogTools", "Predictions", "Presentation",
        "ProcessRuntime", "Processor", "SeededGenerator", "SessionQueries", "Sessionizer", "SimulatedLog",
        "Tokens", "Views", "Webhooks",
        "WireFormat", "sojourn",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: swiftSettings),
    .testTarget(name: "BenchmarkTests", dependencies: ["Benchmark"], swiftSettings: swiftSettings),
    // Reads the sources as text and finds what breaks the project's own rules.
    .testTarget(name: "TidyTests", swiftSettings: coreSettings),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
