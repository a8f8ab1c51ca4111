/// Styles of text, as the numbers that terminals know.
enum TextStyle {
  case bold, dim, blue, white, grey, blueTitle, whiteTitle, greyTitle

  /// The parameters of the escape sequence.
  var code: String {
    switch self {
    case .bold: "1"
    case .dim: "2"
    case .blue: "94"
    case .white: "97"
    case .grey: "90"
    case .blueTitle: "1;97;44"
    case .whiteTitle: "1;30;107"
    case .greyTitle: "1;97;100"
    }
  }

  /// The style of a card's frame.
  static func frame(_ color: String) -> TextStyle {
    switch color {
    case "blue": .blue
    case "white": .white
    default: .grey
    }
  }

  /// The style of a card's title.
  static func title(_ color: String) -> TextStyle {
    switch color {
    case "blue": .blueTitle
    case "white": .whiteTitle
    default: .greyTitle
    }
  }
}
