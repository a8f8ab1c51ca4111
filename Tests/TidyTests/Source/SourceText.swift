/// A Swift file's bytes taken apart: the same length twice, once with the code alone and once with the
/// comments alone. Everything else is blank, so a place in one is the same place in the other. Texts are
/// neither, apart from what is interpolated.
struct SourceText {
  private let bytes: [UInt8]
  private(set) var code: [UInt8]
  private(set) var comments: [UInt8]
  private var at = 0

  init(_ text: String) {
    bytes = Array(text.utf8)
    let blank = bytes.map { $0 == .lineFeed ? UInt8.lineFeed : .blank }
    code = blank
    comments = blank
    scanCode(isInterpolated: false)
  }

  private func next(_ distance: Int) -> UInt8 { at + distance < bytes.count ? bytes[at + distance] : 0 }

  /// Takes code up to the end, or up to the parenthesis that ends an interpolation.
  private mutating func scanCode(isInterpolated: Bool) {
    var depth = 0
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case .slash where next(1) == .slash:
        while at < bytes.count, bytes[at] != .lineFeed { takeComment() }
        continue
      case .slash where next(1) == .asterisk:
        scanBlockComment()
        continue
      case .quote:
        scanText(hashes: 0)
        continue
      case .hash:
        var hashes = 1
        while next(hashes) == .hash { hashes += 1 }
        if next(hashes) == .quote {
          at += hashes
          scanText(hashes: hashes)
          continue
        }
      case .openParenthesis:
        depth += 1
      case .closeParenthesis:
        if isInterpolated, depth == 0 { return }
        depth -= 1
      default: break
      }
      code[at] = byte
      at += 1
    }
  }

  private mutating func takeComment() {
    comments[at] = bytes[at]
    at += 1
  }

  private mutating func scanBlockComment() {
    var depth = 0
    repeat {
      if bytes[at] == .slash, next(1) == .asterisk {
        depth += 1
        takeComment()
      } else if bytes[at] == .asterisk, next(1) == .slash {
        depth -= 1
        takeComment()
      }
      takeComment()
    } while depth > 0 && at < bytes.count
  }

  /// Passes over a text, from its first quote on. The quotes are code, so that a text is still an operand.
  private mutating func scanText(hashes: Int) {
    let quotes = next(1) == .quote && next(2) == .quote ? 3 : 1
    code[at] = .quote
    at += quotes
    while at < bytes.count {
      switch bytes[at] {
      case .backslash where isMarked(1, hashes):
        at += 1 + hashes
        if at < bytes.count, bytes[at] == .openParenthesis {
          at += 1
          scanCode(isInterpolated: true)
        }
        at += 1
      case .quote where (0..<quotes).allSatisfy({ next($0) == .quote }) && isMarked(quotes, hashes):
        at += quotes + hashes
        code[at - 1] = .quote
        return
      case .lineFeed where quotes == 1:
        return
      default:
        at += 1
      }
    }
  }

  /// Whether so many number signs follow at a distance.
  private func isMarked(_ distance: Int, _ hashes: Int) -> Bool {
    (0..<hashes).allSatisfy { next(distance + $0) == .hash }
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let blank = UInt8(ascii: " ")
  static let slash = UInt8(ascii: "/")
  static let asterisk = UInt8(ascii: "*")
  static let quote = UInt8(ascii: "\"")
  static let backslash = UInt8(ascii: "\\")
  static let hash = UInt8(ascii: "#")
  static let openParenthesis = UInt8(ascii: "(")
  static let closeParenthesis = UInt8(ascii: ")")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")

  /// Whether it may be part of a name.
  var isName: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
      true
    default: false
    }
  }
}
