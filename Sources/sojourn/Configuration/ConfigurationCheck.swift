/// Finds everything that is wrong with a configuration file, not only what would stop the start first.
enum ConfigurationCheck {
  /// The findings in order of lines.
  static func findings(in path: String) -> [ConfigurationProblem] {
    do {
      let file = try ConfigurationFile(path: path)
      let findings = parts(of: file).compactMap { part in
        problem(path) { _ = try Settings.load(file: part, environment: [:], flags: []) }
      }
      if !findings.isEmpty { return findings }
      // What is right by itself need not go together.
      let whole = problem(path) {
        let settings = try Settings.load(file: file, environment: [:], flags: [])
        try settings.gateway.check()
        try settings.checkPeers()
      }
      return whole.map { [$0] } ?? []
    } catch let problem as ConfigurationProblem {
      return [problem]
    } catch {
      return [ConfigurationProblem(key: "the file", value: nil, expected: "\(error)", origin: path)]
    }
  }

  private static func problem(_ path: String, _ load: () throws -> Void) -> ConfigurationProblem? {
    do {
      try load()
      return nil
    } catch let problem as ConfigurationProblem {
      return problem
    } catch {
      return ConfigurationProblem(key: "the file", value: nil, expected: "\(error)", origin: path)
    }
  }

  /// The file cut into files of one entry each: loading one stops at its first problem, which is then its
  /// only one.
  private static func parts(of file: ConfigurationFile) -> [ConfigurationFile] {
    var empty = file
    empty.entries = []
    empty.types = []
    empty.typeAttributes = []
    empty.names = []
    empty.sources = []
    empty.tokens = []
    empty.targets = []
    let entries = file.entries.map { entry in
      var part = empty
      part.entries = [entry]
      return part
    }
    let types = zip(file.types, file.typeAttributes).map { type in
      var part = empty
      part.types = [type.0]
      part.typeAttributes = [type.1]
      return part
    }
    let names = file.names.map { name in
      var part = empty
      part.names = [name]
      return part
    }
    let sources = file.sources.map { source in
      var part = empty
      part.sources = [source]
      return part
    }
    let tokens = file.tokens.map { token in
      var part = empty
      part.tokens = [token]
      return part
    }
    let targets = file.targets.map { target in
      var part = empty
      part.targets = [target]
      return part
    }
    return entries + types + names + sources + tokens + targets
  }
}
