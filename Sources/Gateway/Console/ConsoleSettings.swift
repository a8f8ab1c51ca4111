/// Whether there is a console, and who may show it.
package struct ConsoleSettings: Sendable, Hashable {
  package var isEnabled = true
  /// Origins whose pages may show it within a frame.
  package var frameAncestors: [String] = []

  package init() {}
}
