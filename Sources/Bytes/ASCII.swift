/// Bytes by name. All inlined: a name costs what its number does.
public enum ASCII {
  /// A tab.
  @inlinable public static var tab: UInt8 { 0x09 }
  /// The end of a line.
  @inlinable public static var newline: UInt8 { 0x0a }
  /// What some put before it.
  @inlinable public static var carriageReturn: UInt8 { 0x0d }
  /// A space.
  @inlinable public static var space: UInt8 { 0x20 }
  /// `"`
  @inlinable public static var quote: UInt8 { 0x22 }
  /// `%`
  @inlinable public static var percent: UInt8 { 0x25 }
  /// `+`
  @inlinable public static var plus: UInt8 { 0x2b }
  /// `,`
  @inlinable public static var comma: UInt8 { 0x2c }
  /// `-`
  @inlinable public static var hyphen: UInt8 { 0x2d }
  /// `.`
  @inlinable public static var point: UInt8 { 0x2e }
  /// `/`
  @inlinable public static var slash: UInt8 { 0x2f }
  /// `0`
  @inlinable public static var zero: UInt8 { 0x30 }
  /// `9`
  @inlinable public static var nine: UInt8 { 0x39 }
  /// `:`
  @inlinable public static var colon: UInt8 { 0x3a }
  /// `;`
  @inlinable public static var semicolon: UInt8 { 0x3b }
  /// `?`
  @inlinable public static var question: UInt8 { 0x3f }
  /// `@`
  @inlinable public static var at: UInt8 { 0x40 }
  /// `[`
  @inlinable public static var openBracket: UInt8 { 0x5b }
  /// `\`
  @inlinable public static var backslash: UInt8 { 0x5c }
  /// `]`
  @inlinable public static var closeBracket: UInt8 { 0x5d }
  /// `_`
  @inlinable public static var underscore: UInt8 { 0x5f }
  /// `{`
  @inlinable public static var openBrace: UInt8 { 0x7b }
  /// `}`
  @inlinable public static var closeBrace: UInt8 { 0x7d }

  /// `0` to `9`.
  @inlinable public static var digits: ClosedRange<UInt8> { 0x30...0x39 }
  /// `A` to `Z`.
  @inlinable public static var capitals: ClosedRange<UInt8> { 0x41...0x5a }
  /// `a` to `z`.
  @inlinable public static var smallLetters: ClosedRange<UInt8> { 0x61...0x7a }

  /// A capital as its small letter; any other byte as it is.
  @inlinable
  public static func lowercased(_ byte: UInt8) -> UInt8 { byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte }
}
