/// Styles of text, as the numbers that terminals know.
package enum TextStyle: Sendable, Equatable {
  case bold, dim, blue, white, grey, blueTitle, whiteTitle, greyTitle
  /// A colour of its own, where the terminal has them all.
  case rgb(UInt8, UInt8, UInt8)

  /// The parameters of the escape sequence.
  package var code: String {
    switch self {
    case .bold: "1"
    case .dim: "2"
    case .blue: "94"
    case .white: "97"
    case .grey: "90"
    case .blueTitle: "1;97;44"
    case .whiteTitle: "1;30;107"
    case .greyTitle: "1;97;100"
    case .rgb(let red, let green, let blue): "38;2;\(red);\(green);\(blue)"
    }
  }

  /// The style of a card's frame.
  package static func frame(_ color: String) -> TextStyle {
    switch color {
    case "blue": .blue
    case "white": .white
    default: .grey
    }
  }

  /// The style of a card's title.
  package static func title(_ color: String) -> TextStyle {
    switch color {
    case "blue": .blueTitle
    case "white": .whiteTitle
    default: .greyTitle
    }
  }

  /// The style of a colour such as `#308000`; `nil` for another text.
  package static func hexadecimal(_ color: String) -> TextStyle? {
    guard color.utf8.count == 7, color.hasPrefix("#"), let value = UInt32(color.dropFirst(), radix: 16) else {
      return nil
    }
    return .rgb(UInt8(value >> 16 & 0xff), UInt8(value >> 8 & 0xff), UInt8(value & 0xff))
  }
}
