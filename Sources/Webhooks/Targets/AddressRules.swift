/// Which addresses a target may be at. Asked of the URL when it is configured, and of every answer of the
/// name service before a connection is made: a name may mean another machine tomorrow.
package struct AddressRules: Sendable, Hashable {
  /// Whether addresses of private networks are allowed.
  package var allowsPrivate: Bool
  /// Whether the connection is encrypted.
  package var isSecure: Bool
  /// Whether the URL itself names this machine.
  package var namesLoopback: Bool

  /// Creates the rules of a URL.
  package init(_ url: TargetURL, allowsPrivate: Bool) {
    self.allowsPrivate = allowsPrivate
    isSecure = url.isSecure
    namesLoopback = url.isLoopback
  }

  /// What is wrong with an address; `nil` if it may be connected to.
  package func refusal(of address: IPAddress) -> String? {
    switch address.scope {
    case .never: "the address is link-local, reserved or a group"
    case .loopback where !namesLoopback && !allowsPrivate:
      "the name leads to this machine (allowPrivate: true allows it)"
    case .privateUse where !allowsPrivate:
      "the address is in a private network (allowPrivate: true allows it)"
    case .global where !isSecure: "plain http is for this machine and private networks"
    case .loopback, .privateUse, .global: nil
    }
  }

  /// What is wrong with a URL by itself, before any name is looked up; `nil` if nothing is.
  package func refusal(of url: TargetURL) -> String? {
    if let address = url.address { return refusal(of: address) }
    if !isSecure, !namesLoopback, !allowsPrivate {
      return "plain http is for this machine: use https, or allowPrivate: true for a private network"
    }
    return nil
  }
}
