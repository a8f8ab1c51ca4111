/// The form of a redo record.
package enum RedoForm {
  /// First byte of a redo record. Raised when an older build could not read it.
  package static let version: UInt8 = 1
}
