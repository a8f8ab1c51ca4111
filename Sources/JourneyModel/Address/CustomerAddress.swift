/// An address by which a customer is known, in one form for all the forms in which it is written.
///
/// The one place where addresses are normalised. Pure: bytes in, bytes out; letters are folded in ASCII only.
public struct CustomerAddress: Sendable, Hashable {
  /// What the address is; the raw value is the `customerIdType`.
  public enum Kind: String, Sendable, CaseIterable {
    /// A phone number: E.164 where it is international, else its digits.
    case phone
    /// A mail address, in lower case.
    case email
    /// The address of a SIP account that is no phone number.
    case sip
    /// The name of somebody who has not said who they are: weak, like a cookie.
    case guest
  }

  /// What it is.
  public var kind: Kind
  /// The address without scheme, parameters and display name.
  public var text: [UInt8]

  /// Creates an address.
  public init(kind: Kind, text: [UInt8]) {
    self.kind = kind
    self.text = text
  }

  /// Reads an address.
  ///
  /// - Parameters:
  ///   - bytes: the address as it came: with or without scheme, display name, parameters.
  ///   - plan: how national numbers become international ones.
  ///   - hasNumbers: whether digits alone can be a phone number; not where the channel names its users by
  ///     numbers of its own.
  /// - Returns: `nil` for an empty address and for a caller who withholds it: those are nobody.
  public init?(
    _ bytes: some Collection<UInt8>, plan: NumberingPlan = NumberingPlan(), hasNumbers: Bool = true
  ) {
    let address = CustomerAddress.withoutDisplayName(CustomerAddress.trimmed(Array(bytes)[...]))
    var (scheme, rest) = CustomerAddress.scheme(address)
    rest = CustomerAddress.trimmed(rest)
    guard !CustomerAddress.isNobody(rest) else { return nil }
    switch scheme {
    case .sip:
      guard let account = CustomerAddress.account(rest, plan) else { return nil }
      self = account
    case .mail:
      let mail = CustomerAddress.trimmed(rest.prefix { $0 != ASCII.question })
      guard !CustomerAddress.isNobody(mail) else { return nil }
      self.init(kind: mail.contains(ASCII.at) ? .email : .guest, text: CustomerAddress.lowercased(mail))
    case .phone, .whatsApp:
      let number = CustomerAddress.trimmed(rest.prefix { $0 != ASCII.semicolon && $0 != ASCII.question })
      guard !CustomerAddress.isNobody(number) else { return nil }
      if let phone = CustomerAddress.phone(number, plan, isInternational: scheme == .whatsApp) {
        self.init(kind: .phone, text: phone)
      } else {
        self.init(kind: .guest, text: Array(number))
      }
    case .none:
      // A number may still have parameters without a scheme.
      let number = rest.prefix { $0 != ASCII.semicolon }
      if let phone = CustomerAddress.phone(number, plan, isInternational: false),
        hasNumbers || number.first == ASCII.plus
      {
        self.init(kind: .phone, text: phone)
      } else if CustomerAddress.isMail(rest) {
        self.init(kind: .email, text: CustomerAddress.lowercased(rest))
      } else {
        self.init(kind: .guest, text: Array(rest))
      }
    }
  }

  private enum Scheme { case none, phone, whatsApp, sip, mail }

  private static func scheme(_ address: ArraySlice<UInt8>) -> (Scheme, ArraySlice<UInt8>) {
    let known: [(StaticString, Scheme)] = [
      ("tel:", .phone), ("callto:", .phone), ("sms:", .phone), ("whatsapp:", .whatsApp), ("sips:", .sip),
      ("sip:", .sip), ("mailto:", .mail),
    ]
    for (name, scheme) in known where starts(address, name) {
      return (scheme, address.dropFirst(name.utf8CodeUnitCount))
    }
    return (.none, address)
  }

  /// `Gwen Brown <gwen@example.com>`, `"Gwen" <sip:…>`: what is in the brackets.
  private static func withoutDisplayName(_ address: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let open = address.lastIndex(of: 0x3c), let close = address[open...].firstIndex(of: 0x3e) else {
      return address
    }
    return trimmed(address[address.index(after: open)..<close])
  }

  /// The account of a SIP address: a phone number if it looks like one, whatever host it comes by.
  private static func account(_ address: ArraySlice<UInt8>, _ plan: NumberingPlan) -> CustomerAddress? {
    let withoutParameters = address.prefix { $0 != ASCII.question }
    let at = withoutParameters.firstIndex(of: ASCII.at)
    // Parameters may be behind the user as well as behind the host.
    let user = unescaped(
      withoutParameters[..<(at ?? withoutParameters.endIndex)].prefix { $0 != ASCII.semicolon })
    guard !isNobody(user[...]) else { return nil }
    if let number = phone(user[...], plan, isInternational: false) {
      return CustomerAddress(kind: .phone, text: number)
    }
    guard let at else { return CustomerAddress(kind: .sip, text: user) }
    let host = withoutParameters[withoutParameters.index(after: at)...].prefix {
      $0 != ASCII.semicolon && $0 != ASCII.colon
    }
    guard !equals(host, "anonymous.invalid") else { return nil }
    return CustomerAddress(kind: .sip, text: user + [ASCII.at] + lowercased(host))
  }

  /// `%2B` and the like.
  private static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
    guard text.contains(ASCII.percent) else { return Array(text) }
    var result: [UInt8] = []
    var index = text.startIndex
    while index < text.endIndex {
      if text[index] == ASCII.percent, index + 2 < text.endIndex, let high = Hex.value(of: text[index + 1]),
        let low = Hex.value(of: text[index + 2]), high << 4 | low > 0x20
      {
        result.append(high << 4 | low)
        index += 3
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// A phone number without what only the eye needs; `nil` if it is none.
  private static func phone(
    _ text: ArraySlice<UInt8>, _ plan: NumberingPlan, isInternational: Bool
  ) -> [UInt8]? {
    var digits: [UInt8] = []
    var hasPlus = isInternational
    for (place, byte) in text.enumerated() {
      switch byte {
      case ASCII.digits: digits.append(byte)
      case ASCII.plus where digits.isEmpty && (place == 0 || !hasPlus): hasPlus = true
      case ASCII.space, ASCII.tab, UInt8(ascii: "("), UInt8(ascii: ")"), ASCII.hyphen, ASCII.point,
        ASCII.slash:
        continue
      default: return nil
      }
    }
    guard !digits.isEmpty else { return nil }
    if !hasPlus {
      let prefix = Array(plan.internationalPrefix.utf8)
      let code = Array(plan.callingCode.utf8)
      let trunk = Array(plan.trunkPrefix.utf8)
      if !prefix.isEmpty, digits.starts(with: prefix), digits.count > prefix.count {
        digits.removeFirst(prefix.count)
        hasPlus = true
      } else if !code.isEmpty, digits.count >= NumberingPlan.shortestNational {
        if !trunk.isEmpty, digits.starts(with: trunk), digits.count > trunk.count {
          digits.removeFirst(trunk.count)
        }
        digits = code + digits
        hasPlus = true
      }
    }
    guard digits.count <= NumberingPlan.longestNumber else { return nil }

    return hasPlus ? [ASCII.plus] + digits : digits
  }

  /// Nobody: nothing, or one of the words by which networks say that the caller withholds the number.
  private static func isNobody(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.contains(where: { $0 > ASCII.space && $0 != ASCII.plus }) else { return true }
    var word: [UInt8] = []
    for byte in lowercased(text) where byte != ASCII.space && byte != ASCII.hyphen && byte != ASCII.underscore
    {
      word.append(byte)
      if word.count > 24 { return false }
    }
    return withheld.contains { equals(word[...], $0) }
  }

  private static let withheld: [StaticString] = [
    "anonymous", "restricted", "unavailable", "unknown", "private", "withheld", "blocked", "hidden",
    "outofarea", "nocallerid", "unassigned", "notavailable", "null", "undefined", "none",
    "anonymous@anonymous.invalid", "unknown@unknown.invalid",
  ]

  private static func isMail(_ text: ArraySlice<UInt8>) -> Bool {
    guard let at = text.lastIndex(of: ASCII.at) else { return false }
    return at > text.startIndex && at < text.endIndex - 1
  }

  private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var slice = text.drop { $0 <= ASCII.space }
    while let last = slice.last, last <= ASCII.space { slice = slice.dropLast() }
    return slice
  }

  private static func lowercased(_ text: ArraySlice<UInt8>) -> [UInt8] {
    text.map { ASCII.lowercased($0) }
  }

  private static func starts(_ text: ArraySlice<UInt8>, _ literal: StaticString) -> Bool {
    text.count >= literal.utf8CodeUnitCount && equals(text.prefix(literal.utf8CodeUnitCount), literal)
  }

  /// Whether texts are equal but for the case of ASCII letters; the literal is in lower case.
  private static func equals(_ text: ArraySlice<UInt8>, _ literal: StaticString) -> Bool {
    guard text.count == literal.utf8CodeUnitCount else { return false }
    for (place, byte) in text.enumerated() {
      let lower = ASCII.lowercased(byte)
      if lower != literal.utf8Start[place] { return false }
    }
    return true
  }
}
