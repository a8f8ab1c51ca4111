/// Writes a small database in MaxMind's format 2.0: a binary tree of address bits, then values.
struct PlaceFile {
  indirect enum Value {
    case text(String)
    case double(Double)
    /// Of two, four or eight bytes, which are different types.
    case number(UInt64, bytes: Int)
    case list([Value])
    case map([(String, Value)])
  }

  private struct Node {
    /// By the next bit: another node, a value, or nothing.
    var children: [Child] = [.nothing, .nothing]
  }

  private enum Child {
    case nothing
    case node(Int)
    case value(Int)
  }

  private var nodes = [Node()]
  private var data: [UInt8] = []
  private let bits: Int

  /// - Parameter version: 4 or 6: whose addresses it is for.
  init(version: Int) { bits = version == 4 ? 32 : 128 }

  /// - Parameters:
  ///   - address: 4 or 16 bytes.
  ///   - prefix: bits that count.
  mutating func add(_ address: [UInt8], prefix: Int, _ value: Value) {
    let offset = data.count
    PlaceFile.append(value, to: &data)
    var node = 0
    for bit in 0..<prefix {
      let side = Int(address[bit / 8] >> UInt8(7 - bit % 8)) & 1
      if bit == prefix - 1 {
        nodes[node].children[side] = .value(offset)
      } else if case .node(let next) = nodes[node].children[side] {
        node = next
      } else {
        nodes.append(Node())
        nodes[node].children[side] = .node(nodes.count - 1)
        node = nodes.count - 1
      }
    }
  }

  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for node in nodes {
      for child in node.children {
        let record =
          switch child {
          case .nothing: nodes.count
          case .node(let index): index
          case .value(let offset): nodes.count + 16 + offset
          }
        bytes += [
          UInt8(record >> 24 & 0xFF), UInt8(record >> 16 & 0xFF), UInt8(record >> 8 & 0xFF),
          UInt8(record & 0xFF),
        ]
      }
    }
    bytes += [UInt8](repeating: 0, count: 16) + data
    bytes += [0xAB, 0xCD, 0xEF] + Array("MaxMind.com".utf8)
    PlaceFile.append(
      .map([
        ("binary_format_major_version", .number(2, bytes: 2)),
        ("binary_format_minor_version", .number(0, bytes: 2)),
        ("build_epoch", .number(1_700_000_000, bytes: 8)), ("database_type", .text("Test-City")),
        ("description", .map([("en", .text("Made by a test"))])),
        ("ip_version", .number(bits == 32 ? 4 : 6, bytes: 2)),
        ("languages", .list([.text("en")])), ("node_count", .number(UInt64(nodes.count), bytes: 4)),
        ("record_size", .number(32, bytes: 2)),
      ]), to: &bytes)
    return bytes
  }

  private static func append(_ value: Value, to bytes: inout [UInt8]) {
    switch value {
    case .text(let text):
      control(type: 2, count: text.utf8.count, to: &bytes)
      bytes += text.utf8
    case .double(let double):
      control(type: 3, count: 8, to: &bytes)
      bytes += (0..<8).map { UInt8(double.bitPattern >> UInt64(56 - 8 * $0) & 0xFF) }
    case .number(let number, let count):
      control(type: count == 2 ? 5 : count == 4 ? 6 : 9, count: count, to: &bytes)
      bytes += (1...count).map { UInt8(number >> UInt64(8 * (count - $0)) & 0xFF) }
    case .map(let members):
      control(type: 7, count: members.count, to: &bytes)
      for (name, value) in members {
        append(.text(name), to: &bytes)
        append(value, to: &bytes)
      }
    case .list(let elements):
      control(type: 11, count: elements.count, to: &bytes)
      for element in elements { append(element, to: &bytes) }
    }
  }

  /// Type and size: types above 7 stand in a byte of their own, sizes from 29 on in one or two more.
  private static func control(type: Int, count: Int, to bytes: inout [UInt8]) {
    let size = count < 29 ? count : count < 29 + 256 ? 29 : 30
    bytes.append(UInt8((type <= 7 ? type : 0) << 5 | size))
    if type > 7 { bytes.append(UInt8(type - 7)) }
    if size == 29 { bytes.append(UInt8(count - 29)) }
    if size == 30 { bytes += [UInt8((count - 285) >> 8), UInt8((count - 285) & 0xFF)] }
  }
}
