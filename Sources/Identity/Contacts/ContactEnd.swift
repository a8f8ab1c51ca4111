/// Why a contact is gone.
package enum ContactEnd: Sendable, Hashable {
  /// Somebody asked for it.
  case erased
  /// Nothing was heard for long.
  case expired
}
