internal import Bytes
package import EventLog
internal import Foundation

/// From where on a reader has seen what somebody wrote: for each partition of the input topics the offset
/// behind it.
///
/// As text `v1.` and JSON such as `{"in-web":{"3":1235}}` in base64url.
package struct ReadToken: Sendable, Hashable {
  /// Most bytes of a text that is read.
  static let maxBytes = 8_192
  private static let version = "v1."

  package private(set) var ends: [TopicPartition: NextOffset]

  package init(_ ends: [TopicPartition: NextOffset] = [:]) { self.ends = ends }

  package var isEmpty: Bool { ends.isEmpty }

  /// The one that has seen both.
  mutating func formUnion(_ other: ReadToken) { ends.merge(other.ends) { max($0, $1) } }

  package var text: String {
    var json: [UInt8] = [ASCII.openBrace]
    var topic: String?
    for (partition, end) in ends.sorted(by: { $0.key < $1.key }) {
      if partition.topic == topic {
        json.append(ASCII.comma)
      } else {
        if topic != nil { json += [ASCII.closeBrace, ASCII.comma] }
        topic = partition.topic
        JSONText.append(partition.topic, to: &json)
        json += [ASCII.colon, ASCII.openBrace]
      }
      json += Array("\"\(partition.partition)\":\(end.value)".utf8)
    }
    json += topic == nil ? [ASCII.closeBrace] : [ASCII.closeBrace, ASCII.closeBrace]
    return ReadToken.version
      + Data(json).base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(
        of: "/", with: "_"
      ).replacingOccurrences(of: "=", with: "")
  }

  /// - Returns: `nil` for what is none of ours.
  package init?(text: some StringProtocol) {
    guard text.utf8.count <= ReadToken.maxBytes, text.hasPrefix(ReadToken.version) else { return nil }
    var digits = text.dropFirst(ReadToken.version.count).replacingOccurrences(of: "-", with: "+")
      .replacingOccurrences(of: "_", with: "/")
    digits += String(repeating: "=", count: (4 - digits.utf8.count % 4) % 4)
    guard let json = Data(base64Encoded: digits),
      let members = try? JSONDecoder().decode([String: [String: Int64]].self, from: json)
    else { return nil }
    ends = [:]
    for (topic, partitions) in members {
      for (name, end) in partitions {
        guard let partition = Int32(name), partition >= 0, end >= 0 else { return nil }
        ends[TopicPartition(topic, partition)] = NextOffset(end)
      }
    }
  }
}

extension Submission {
  /// Where its records are, of a send that may have had others: a reader of this token waits for those as
  /// well.
  func token(_ ends: [TopicPartition: NextOffset]) -> ReadToken {
    let topics = Set(batch.topics)
    return ReadToken(ends.filter { topics.contains($0.key.topic) })
  }
}
