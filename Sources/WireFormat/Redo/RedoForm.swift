/// The form of a redo record.
package enum RedoForm {
  /// First byte of a redo record. Raised when an older build could not read it.
  package static let version: UInt8 = 1

  /// What a redo record says about one value.
  package enum Operation {
    package static let put: UInt8 = 1
    package static let delete: UInt8 = 2
  }
}
