import Edge

extension ConfigurationKey {
  /// Which tables of others are asked, and where they are.
  static let edge: [ConfigurationKey] = [
    .use("edge.userAgents", \.gateway.edge.userAgents),
    .use("edge.domains", \.gateway.edge.domains),
    .use("edge.phones", \.gateway.edge.phones),
    ConfigurationKey("edge.userAgentRules", "the path of a file") { settings, text in
      guard isPath(text) else { return false }
      settings.gateway.edge.userAgentRules = text
      return true
    },
    ConfigurationKey("edge.suffixList", "the path of a file, or nothing for the newest that is installed") {
      settings, text in
      guard text.isEmpty || isPath(text) else { return false }
      settings.gateway.edge.suffixList = text.isEmpty ? nil : text
      return true
    },
    ConfigurationKey("edge.placeDatabases", "paths of files, with commas between them, or nothing") {
      settings, text in
      let paths = items(text)
      guard paths.allSatisfy(isPath) else { return false }
      settings.gateway.edge.placeDatabases = paths
      return true
    },
  ]

  private static func isPath(_ text: String) -> Bool { !text.isEmpty && !text.utf8.contains(0) }

  private static func use(
    _ name: String, _ path: any WritableKeyPath<Settings, EdgeSettings.Use> & Sendable
  ) -> Self {
    let names = EdgeSettings.Use.allCases.map(\.rawValue).joined(separator: ", ")
    return ConfigurationKey(name, "one of \(names)") { settings, text in
      guard let use = EdgeSettings.Use(rawValue: text) else { return false }
      settings[keyPath: path] = use
      return true
    }
  }
}
