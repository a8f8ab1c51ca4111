internal import Foundation

/// The members of a contact that are compared: not those that depend on how it came about.
struct ContactView: Decodable {
  struct Identifier: Decodable {
    var type: String
    var value: String
  }
  struct Assignment: Decodable {
    struct Segment: Decodable { var id: String }
    var segment: Segment
  }

  var id: String
  var name: String?
  var mergedTo: Merged?
  var identifiers: [Identifier]?
  var devices: [Identifier]?
  var segmentAssignments: [Assignment]?

  /// Where an id leads that is no contact of its own.
  struct Merged: Decodable {}

  init(decoding bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(bytes))
  }

  /// Who it is.
  var essence: String {
    let texts = [identifiers, devices].map { list in
      (list ?? []).map { "\($0.type) \($0.value)" }.sorted().joined(separator: ", ")
    }
    let segments = (segmentAssignments ?? []).map(\.segment.id).sorted()
    return "\(id) \(name ?? "-"): \(texts[0]); on \(texts[1]); in \(segments)"
  }
}
