internal import JourneyModel

/// Upper to lower case, as `shouldIgnoreCase` compares. A bundle names its folding, so what is in force goes
/// on comparing as it did.
///
/// Tables of our own: the standard library's follow the Unicode version of its release, and output bytes must
/// not.
public enum CaseFolding: String, Sendable, Hashable, CaseIterable {
  /// Simple case folding of Latin (up to Extended-A, and Extended Additional), Greek, Cyrillic, Armenian and
  /// full-width letters. Other scripts compare as they are. That of bundles which name none.
  case basic
  /// Simple case folding of every script, by Unicode 14.0.
  case unicode14 = "unicode-14.0"

  /// What is applied now compares by this one.
  public static let newest = CaseFolding.unicode14

  /// Appends a slice with its letters folded. Bytes that are no UTF-8 are taken as they are.
  func append(_ slice: ByteSlice, of bytes: borrowing [UInt8], to output: inout [UInt8]) {
    let start = output.count
    output.append(slice, of: bytes)
    if CaseFolding.lowerASCII(&output, from: start) { return }
    output.removeSubrange(start...)
    appendFolded(slice, of: bytes, to: &output)
  }

  /// Lowers what was appended as one block, which is all there is to do with most texts.
  ///
  /// - Returns: whether it is nothing but ASCII.
  private static func lowerASCII(_ text: inout [UInt8], from start: Int) -> Bool {
    var span = text.mutableSpan
    for index in start..<span.count {
      let byte = span[index]
      if byte >= 0x80 { return false }
      if byte >= 0x41, byte <= 0x5a { span[index] = byte + 32 }
    }
    return true
  }

  private func appendFolded(_ slice: ByteSlice, of bytes: borrowing [UInt8], to output: inout [UInt8]) {
    var at = Int(slice.offset)
    let end = at + slice.count
    while at < end {
      let byte = bytes[at]
      if byte < 0x80 {
        output.append(byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte)
        at += 1
      } else if byte >= 0xc2, byte < 0xe0, at + 1 < end, CaseFolding.isContinuation(bytes[at + 1]) {
        CaseFolding.append(fold(UInt32(byte & 0x1f) << 6 | UInt32(bytes[at + 1] & 0x3f)), to: &output)
        at += 2
      } else if byte >= 0xe0, byte < 0xf0, at + 2 < end, CaseFolding.isContinuation(bytes[at + 1]),
        CaseFolding.isContinuation(bytes[at + 2])
      {
        let scalar =
          UInt32(byte & 0xf) << 12 | UInt32(bytes[at + 1] & 0x3f) << 6 | UInt32(bytes[at + 2] & 0x3f)
        let folded = fold(scalar)
        if folded == scalar {
          output.append(byte)
          output.append(bytes[at + 1])
          output.append(bytes[at + 2])
        } else {
          CaseFolding.append(folded, to: &output)
        }
        at += 3
      } else if self != .basic, byte >= 0xf0, byte < 0xf5, at + 3 < end,
        CaseFolding.isContinuation(bytes[at + 1]),
        CaseFolding.isContinuation(bytes[at + 2]), CaseFolding.isContinuation(bytes[at + 3])
      {
        let high = UInt32(byte & 0x7) << 18 | UInt32(bytes[at + 1] & 0x3f) << 12
        let scalar = high | UInt32(bytes[at + 2] & 0x3f) << 6 | UInt32(bytes[at + 3] & 0x3f)
        CaseFolding.append(fold(scalar), to: &output)
        at += 4
      } else {
        output.append(byte)
        at += 1
      }
    }
  }

  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }

  private static func append(_ scalar: UInt32, to output: inout [UInt8]) {
    if scalar < 0x80 {
      output.append(UInt8(scalar))
    } else if scalar < 0x800 {
      output.append(UInt8(0xc0 | scalar >> 6))
      output.append(UInt8(0x80 | scalar & 0x3f))
    } else if scalar < 0x1_0000 {
      output.append(UInt8(0xe0 | scalar >> 12 & 0xf))
      output.append(UInt8(0x80 | scalar >> 6 & 0x3f))
      output.append(UInt8(0x80 | scalar & 0x3f))
    } else {
      output.append(UInt8(0xf0 | scalar >> 18 & 0x7))
      output.append(UInt8(0x80 | scalar >> 12 & 0x3f))
      output.append(UInt8(0x80 | scalar >> 6 & 0x3f))
      output.append(UInt8(0x80 | scalar & 0x3f))
    }
  }

  /// The folded form of a scalar.
  func fold(_ scalar: UInt32) -> UInt32 {
    self == .basic ? CaseFolding.foldBasic(scalar) : CaseFoldingTable.unicode14.fold(scalar)
  }

  private static func foldBasic(_ scalar: UInt32) -> UInt32 {
    switch scalar {
    case 0x41...0x5a: scalar + 32
    case 0xb5: 0x3bc
    case 0xc0...0xd6, 0xd8...0xde: scalar + 32
    case 0x100...0x12f, 0x132...0x137, 0x14a...0x177: scalar | 1
    case 0x139...0x148, 0x179...0x17e: scalar & 1 == 1 ? scalar + 1 : scalar
    case 0x178: 0xff
    case 0x17f: 0x73
    case 0x386: 0x3ac
    case 0x388...0x38a: scalar + 37
    case 0x38c: 0x3cc
    case 0x38e, 0x38f: scalar + 63
    case 0x391...0x3a1, 0x3a3...0x3ab: scalar + 32
    case 0x3c2: 0x3c3
    case 0x400...0x40f: scalar + 80
    case 0x410...0x42f: scalar + 32
    case 0x460...0x481, 0x48a...0x4bf, 0x4d0...0x52f: scalar | 1
    case 0x4c0: 0x4cf
    case 0x4c1...0x4ce: scalar & 1 == 1 ? scalar + 1 : scalar
    case 0x531...0x556: scalar + 48
    case 0x1e00...0x1e95, 0x1ea0...0x1eff: scalar | 1
    case 0x1e9b: 0x1e61
    case 0x1e9e: 0xdf
    case 0xff21...0xff3a: scalar + 32
    default: scalar
    }
  }
}
