import JourneyRules
import Presentation

/// What `check` prints about a set of definitions.
struct DefinitionReport {
  let check: DefinitionCheck
  let unread: [Finding]
  /// Whether warnings count as errors.
  var isStrict = false

  /// Whether the set may run.
  var mayRun: Bool {
    unread.isEmpty && check.bundle != nil && !(isStrict && check.count(.warning) > 0)
  }

  /// Table, findings, summary.
  var lines: [String] {
    let findings = unread + check.findings
    return DefinitionTable(check.entries).lines + findings.map { DisplayText("\($0)").text } + [
      summary(findings)
    ]
  }

  /// `definitions: 3 (2 segments, 1 actionMap), no errors, 1 warning, no notes: may run, bundle 0123…`.
  private func summary(_ findings: [Finding]) -> String {
    let kinds = DefinitionKind.allCases.compactMap { kind -> String? in
      let number = check.entries.reduce(0) { $0 + ($1.definition.kind == kind ? 1 : 0) }
      return number == 0 ? nil : CheckCommand.count(number, kind.rawValue)
    }
    let counts = Finding.Severity.allCases.map { severity in
      CheckCommand.count(findings.reduce(0) { $0 + ($1.severity == severity ? 1 : 0) }, severity.rawValue)
    }
    let verdict = mayRun ? "may run, bundle \(check.bundle.map { "\($0.hash)" } ?? "")" : "may not run"
    let list = kinds.isEmpty ? "" : " (\(kinds.joined(separator: ", ")))"
    return "definitions: \(check.entries.count)\(list), \(counts.joined(separator: ", ")): \(verdict)"
  }
}
