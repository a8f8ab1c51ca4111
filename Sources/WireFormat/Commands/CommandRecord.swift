/// A command about persons that lanes would take up, as a record of the topic `identity`.
package struct CommandRecord: Sendable, Hashable {
  package var value: [UInt8]
  /// Of whom it is about: it then stands in the lane that is concerned first.
  package var key: [UInt8]
  /// Where it has to stand; `nil`: where its key places it.
  package var partition: Int32?

  /// Reads a value as lanes would.
  ///
  /// - Throws: why it is no command.
  package init(_ value: [UInt8], _ decoder: IdentityCommandDecoder) throws(CommandProblemAt) {
    let command = try decoder.command(value)
    self.value = value
    key = command.key
  }
}
