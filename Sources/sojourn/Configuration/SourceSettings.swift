import Gateway
import Intake
import JourneyModel
import Tokens

extension AccessSettings {
  /// Takes the sources and tokens of a file. A problem never shows a key.
  mutating func apply(_ file: ConfigurationFile) throws {
    for entries in file.sources {
      let source = try SourceReader(file: file, entries: entries).source()
      let known = sources.first {
        $0.intake.id == source.intake.id || !$0.keyHashes.isDisjoint(with: source.keyHashes)
          || !$0.deployments.isDisjoint(with: source.deployments)
      }
      if let known {
        throw ConfigurationProblem(
          key: "sources.id", value: source.intake.id,
          expected: "an id, write keys and deployments that source '\(known.intake.id)' does not have",
          origin: "\(file.path):\(entries.first?.line ?? 0)")
      }
      sources.append(source)
    }
    for entries in file.tokens { tokens.append(try token(entries, file)) }
    guard let entries = file.tokens.last else { return }
    do throws(ListedTokensFlaw) {
      _ = try ListedTokens(tokens)
    } catch {
      throw ConfigurationProblem(
        key: "auth.tokens", value: nil, expected: "a list that can be used: \(error)",
        origin: "\(file.path):\(entries.first?.line ?? 0)")
    }
  }

  private func token(_ entries: [ConfigurationFile.Entry], _ file: ConfigurationFile) throws -> ListedToken {
    var token = ListedToken(sha256: "", access: Access(subject: "", permissions: [], divisions: ["*"]))
    for entry in entries {
      switch entry.key {
      case "subject": token.access.subject = entry.value
      case "sha256": token.sha256 = entry.value
      case "permissions": token.access.permissions = Set(SourceReader.items(entry.value))
      case "sessionTypes": token.access.sessionTypes = Set(SourceReader.items(entry.value))
      case "divisions": token.access.divisions = Set(SourceReader.items(entry.value))
      default:
        throw ConfigurationProblem(
          key: "auth.tokens.\(entry.key)", value: nil,
          expected: "one of subject, sha256, permissions, divisions, sessionTypes",
          origin: "\(file.path):\(entry.line)")
      }
    }
    return token
  }
}

/// Reads one source of a configuration file.
struct SourceReader {
  let file: ConfigurationFile
  let entries: [ConfigurationFile.Entry]

  private static let maxNameBytes = 100

  /// The items of a list: lines, or what is between commas.
  static func items(_ text: String) -> [String] {
    text.split { $0 == "\n" || $0 == "," }.map { item in
      var item = item.drop { $0 == " " }
      while item.last == " " { item = item.dropLast() }
      return String(item)
    }.filter { !$0.isEmpty }
  }

  func source() throws -> Source {
    guard let id = entries.first(where: { $0.key == "id" }) else {
      throw ConfigurationProblem(
        key: "sources", value: nil, expected: "an id for every source",
        origin: "\(file.path):\(entries.first?.line ?? 0)")
    }
    guard (1...SourceReader.maxNameBytes).contains(id.value.utf8.count) else {
      throw problem(id, "1 to \(SourceReader.maxNameBytes) bytes")
    }
    let kinds = IntakeSource.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    guard let entry = entries.first(where: { $0.key == "kind" }),
      let kind = IntakeSource.Kind(rawValue: entry.value)
    else {
      throw problem(entries.first { $0.key == "kind" } ?? id, "a kind for every source: one of \(kinds)")
    }
    var source = Source(IntakeSource(id: id.value, kind: kind))
    for entry in entries { try set(entry, &source) }
    if kind == .browser, source.origins.isEmpty {
      throw problem(id, "origins for every browser source: the pages that may send, or '*'", key: "origins")
    }
    if source.keyHashes.isEmpty, source.deployments.isEmpty {
      throw problem(id, "a write key or a deployment for every source", key: "writeKeys")
    }
    return source
  }

  private func set(_ entry: ConfigurationFile.Entry, _ source: inout Source) throws {
    switch entry.key {
    case "id", "kind": break
    case "writeKeys":
      for key in SourceReader.items(entry.value) {
        guard let hash = WriteKey.configured(key) else {
          throw problem(entry, "keys of 8 to 255 bytes, or sha256: and 64 hexadecimal digits", isSecret: true)
        }
        source.keyHashes.insert(hash)
      }
    case "deployments": source.deployments = Set(SourceReader.items(entry.value))
    case "streams":
      source.intake.streams = Set(
        try SourceReader.items(entry.value).map { name in
          guard let stream = JourneyModel.Stream(name: name) else {
            throw problem(entry, "a list of \(JourneyModel.Stream.names)")
          }
          return stream
        })
    case "origins": source.origins = Set(try SourceReader.items(entry.value).map { try origin($0, entry) })
    case "sessionType": source.intake.sessionType = entry.value
    case "defaultEventName": source.intake.defaultEventName = entry.value
    case "identity.userIdType": source.intake.userIdType = entry.value
    case "tracking.ipFilters":
      guard let filters = AddressNetworks(SourceReader.items(entry.value)) else {
        throw problem(entry, "addresses or networks such as 10.0.0.0/8")
      }
      source.ipFilters = filters
    case "limits.eventsPerMinute": source.limits.eventsPerMinute = try number(entry)
    case "limits.requestsPerMinutePerAddress": source.limits.requestsPerMinutePerAddress = try number(entry)
    case "limits.eventsPerMinutePerAddress": source.limits.eventsPerMinutePerAddress = try number(entry)
    case "limits.pingsPerMinutePerCustomer": source.limits.pingsPerMinutePerCustomer = try number(entry)
    default: try setTracking(entry, &source.intake.tracking)
    }
  }

  private func setTracking(_ entry: ConfigurationFile.Entry, _ tracking: inout TrackingSettings) throws {
    switch entry.key {
    case "tracking.searchQueryParameters": tracking.searchQueryParameters = SourceReader.items(entry.value)
    case "tracking.excludedQueryParameters":
      tracking.excludedQueryParameters = SourceReader.items(entry.value)
    case "tracking.domains": tracking.domains = SourceReader.items(entry.value)
    case "tracking.shouldKeepUrlFragment": tracking.shouldKeepUrlFragment = try flag(entry)
    case "tracking.anonymizeIp": tracking.anonymizeIp = try flag(entry)
    case "tracking.honorPrivacySignal": tracking.honorPrivacySignal = try flag(entry)
    default:
      throw problem(
        entry,
        "one of id, kind, writeKeys, deployments, streams, origins, sessionType, defaultEventName, limits.*, tracking.*, identity.userIdType"
      )
    }
  }

  private func origin(_ text: String, _ entry: ConfigurationFile.Entry) throws -> String {
    let text = text.lowercased()
    if text == "*" { return text }
    guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }),
      HTTPSettings.isHost(String(text.dropFirst(scheme.count)))
    else { throw problem(entry, "origins such as https://shop.example.com, without a path, or '*'") }
    return text
  }

  private func number(_ entry: ConfigurationFile.Entry) throws -> Int {
    guard let number = Int(entry.value), (1...1_000_000_000).contains(number) else {
      throw problem(entry, "a whole number from 1 to 1000000000")
    }
    return number
  }

  private func flag(_ entry: ConfigurationFile.Entry) throws -> Bool {
    guard let flag = ["true": true, "false": false][entry.value] else {
      throw problem(entry, "true or false")
    }
    return flag
  }

  private func problem(
    _ entry: ConfigurationFile.Entry, _ expected: String, key: String? = nil, isSecret: Bool = false
  ) -> ConfigurationProblem {
    ConfigurationProblem(
      key: "sources.\(key ?? entry.key)", value: isSecret || key != nil ? nil : entry.value,
      expected: expected, origin: "\(file.path):\(entry.line)")
  }
}
