package import Identity
internal import JourneyModel

extension Claim: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let identifier = try reader.strongIdentifier(version)
    let strength = try reader.strength()
    let stamp = try reader.stamp()
    let partners = try reader.array { reader throws(CodecError) in
      try Identifier(decoding: &reader, version: version)
    }
    let isSeparating = try reader.flag()
    guard !isSeparating || strength == .curated else { throw CodecError("only a decision separates") }
    self.init(
      identifier, strength, stamp, partners: partners, isSeparating: isSeparating,
      traits: try reader.array { reader throws(CodecError) in try reader.trait() },
      segments: try reader.array { reader throws(CodecError) in try reader.segment() },
      watcher: try reader.optional { reader throws(CodecError) in try reader.node() })
  }

  package func encode(to writer: inout BinaryWriter) {
    identifier.encode(to: &writer)
    writer.byte(strength.rawValue)
    writer.stamp(stamp)
    writer.array(partners) { $0.encode(to: &$1) }
    writer.byte(isSeparating ? 1 : 0)
    writer.array(traits) { $1.trait($0) }
    writer.array(segments) { $1.segment($0) }
    writer.optional(watcher) { $1.node($0) }
  }
}

extension Command: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let stamp = try reader.stamp()
    let subject: Subject =
      try reader.flag() ? .identifier(try reader.node()) : .contact(try reader.contactID())
    self.init(try Operation(decoding: &reader, version: version), of: subject, stamp)
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.stamp(stamp)
    switch subject {
    case .contact(let id):
      writer.byte(0)
      writer.text(all: id.text)
    case .identifier(let node):
      writer.byte(1)
      writer.node(node)
    }
    operation.encode(to: &writer)
  }
}

/// A number that says which, and what belongs to it.
extension Command.Operation: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let number = try reader.byte()
    switch number {
    case 1: self = .put(try reader.array { reader throws(CodecError) in try reader.trait() })
    case 2: self = .claim(try reader.strongIdentifier(version))
    case 3: self = .release(try reader.strongIdentifier(version))
    case 4: self = .separate(try reader.strongIdentifier(version))
    case 5:
      self = .merge(
        rest: try reader.array { reader throws(CodecError) in try reader.contactID() },
        found: try reader.array { reader throws(CodecError) in try reader.node() })
    case 6: self = .reunite(try reader.array { reader throws(CodecError) in try reader.node() })
    case 7: self = .verify
    case 8:
      self = .segments(
        try reader.array { reader throws(CodecError) in
          Command.SegmentChange(
            try reader.shortText("a segment", least: 1), isAssigned: try reader.flag(),
            expires: try reader.optionalTime())
        })
    case 9: self = .erase(through: try reader.time())
    case 10: self = .link(try reader.node())
    default: throw CodecError("\(number) is no command")
    }
  }

  package func encode(to writer: inout BinaryWriter) {
    func identifier(_ number: UInt8, _ identifier: Identifier) {
      writer.byte(number)
      identifier.encode(to: &writer)
    }
    switch self {
    case .put(let traits):
      writer.byte(1)
      writer.array(traits) { $1.trait($0) }
    case .claim(let other): identifier(2, other)
    case .release(let other): identifier(3, other)
    case .separate(let other): identifier(4, other)
    case .merge(let rest, let found):
      writer.byte(5)
      writer.array(rest) { $1.text(all: $0.text) }
      writer.array(found) { $1.node($0) }
    case .reunite(let nodes):
      writer.byte(6)
      writer.array(nodes) { $1.node($0) }
    case .verify: writer.byte(7)
    case .segments(let changes):
      writer.byte(8)
      writer.array(changes) { change, writer in
        writer.text(all: change.segment)
        writer.byte(change.isAssigned ? 1 : 0)
        writer.time(optional: change.expires)
      }
    case .erase(let time):
      writer.byte(9)
      writer.time(time)
    case .link(let session):
      writer.byte(10)
      writer.node(session)
    }
  }
}
