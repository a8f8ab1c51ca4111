/// Which libraries are asked, and where their files are.
package struct EdgeSettings: Sendable, Hashable {
  /// Whether something is asked.
  package enum Use: String, Sendable, CaseIterable {
    /// Never.
    case off
    /// If it is installed; if not, what it would have found stays unknown.
    case ifInstalled
    /// Always; the gateway does not start without.
    case required
  }

  /// Where Debian's `uap-core` puts its rules.
  package static let installedRules = "/usr/share/uap-core/regexes.yaml"

  /// Browsers, operating systems and devices by the user agent.
  package var userAgents = Use.ifInstalled
  /// The file of rules.
  package var userAgentRules = EdgeSettings.installedRules
  /// Registrable domains by the public suffix list.
  package var domains = Use.ifInstalled
  /// A list instead of the newest one that is installed.
  package var suffixList: String?
  /// Phone numbers by their numbering plans.
  package var phones = Use.ifInstalled
  /// Databases of places (MaxMind's format). Each says what the ones before it do not; none asks for nothing.
  package var placeDatabases: [String] = []
  package var limits = EdgeLimits()

  /// Asks for whatever is installed.
  package init() {}
}
