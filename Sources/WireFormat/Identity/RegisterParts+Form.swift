package import Identity
internal import JourneyModel

/// Parts of what registers keep and tell.
extension BinaryWriter {
  mutating func version(_ version: RootVersion) {
    node(version.root)
    number(version.revision)
  }

  mutating func optional<Value>(_ value: Value?, _ write: (Value, inout BinaryWriter) -> Void) {
    byte(value == nil ? 0 : 1)
    if let value { write(value, &self) }
  }

  mutating func array<Value>(_ values: [Value], _ write: (Value, inout BinaryWriter) -> Void) {
    number(values.count)
    for value in values { write(value, &self) }
  }

  mutating func segment(_ segment: SegmentAssignment) {
    text(all: segment.segment)
    byte(segment.isAssigned ? 1 : 0)
    time(optional: segment.expires)
    stamp(segment.stamp)
  }

  mutating func trait(_ trait: Trait) {
    text(all: trait.name)
    text(all: trait.value)
    stamp(trait.stamp)
  }

  mutating func erasure(_ erasure: Erasure) {
    key(erasure.key)
    time(erasure.time)
    number(erasure.generation)
  }
}

extension BinaryReader {
  mutating func version() throws(CodecError) -> RootVersion {
    let root = try node()
    return RootVersion(root: root, revision: try natural("a revision", most: Int(Int64.max >> 1)))
  }

  mutating func optional<Value>(
    _ read: (inout BinaryReader) throws(CodecError) -> Value
  ) throws(CodecError) -> Value? {
    try flag() ? try read(&self) : nil
  }

  mutating func array<Value>(
    _ read: (inout BinaryReader) throws(CodecError) -> Value
  ) throws(CodecError) -> [Value] {
    let count = try count()
    var values: [Value] = []
    values.reserveCapacity(min(count, 256))
    for _ in 0..<count { values.append(try read(&self)) }
    return values
  }

  /// A text of at most 255 bytes.
  mutating func shortText(_ name: String, least: Int = 0) throws(CodecError) -> [UInt8] {
    let text = try text()
    guard text.count >= least, text.count <= Identifier.longest else {
      throw CodecError("\(name) of \(text.count) bytes")
    }
    return text
  }

  mutating func contactID() throws(CodecError) -> ContactID {
    ContactID(text: try shortText("a contact's id", least: 1))
  }

  mutating func segment() throws(CodecError) -> SegmentAssignment {
    SegmentAssignment(
      try text(), isAssigned: try flag(), expires: try optionalTime(), try stamp())
  }

  mutating func trait() throws(CodecError) -> Trait { Trait(try text(), try text(), try stamp()) }

  mutating func erasure() throws(CodecError) -> Erasure {
    Erasure(try key(), at: try time(), generation: try natural("a generation"))
  }

  mutating func strongIdentifier(_ version: UInt8) throws(CodecError) -> Identifier {
    let identifier = try Identifier(decoding: &self, version: version)
    guard identifier.type.isStrong else { throw CodecError("a \(identifier.type.name) names nobody") }
    return identifier
  }
}

/// What a register knows of its contact.
extension Resolution: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let found = try reader.version()
    self.init(
      root: found.root, revision: found.revision, answer: try Answer(decoding: &reader, version: version))
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.version(version)
    answer.encode(to: &writer)
  }
}

extension Resolution.Answer: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let contact = try reader.contactID()
    let kind = try reader.byte()
    guard let type = ContactType(rawValue: kind) else { throw CodecError("\(kind) is no type of contact") }
    self.init(
      contact: contact, type: type,
      name: try reader.optional { reader throws(CodecError) in try reader.text() },
      segments: try reader.array { reader throws(CodecError) in try reader.segment() },
      isOverfull: try reader.flag())
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.text(all: contact.text)
    writer.byte(type.rawValue)
    writer.optional(name) { $1.text(all: $0) }
    writer.array(segments) { $1.segment($0) }
    writer.byte(isOverfull ? 1 : 0)
  }
}

extension Forgetting: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let key = try reader.key()
    let number = try reader.byte()
    guard let cause = Cause(rawValue: number) else { throw CodecError("\(number) is no cause to forget") }
    self.init(
      key, cause, through: try reader.time(), generation: try reader.natural("a generation"),
      try reader.version())
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.key(key)
    writer.byte(cause.rawValue)
    writer.time(time)
    writer.number(generation)
    writer.version(version)
  }
}

extension Alias: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let contact = try reader.contactID()
    let node = try reader.optional { reader throws(CodecError) in try reader.node() }
    self.init(contact, node, try reader.version())
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.text(all: contact.text)
    writer.optional(node) { $1.node($0) }
    writer.version(version)
  }
}

/// What is kept of a contact's id.
extension AliasRegister: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let alias = try Alias(decoding: &reader, version: version)
    self.init(alias.contact, alias)
  }

  /// One that nothing was told of is not stored: it would be read as that of a contact that is gone.
  package func encode(to writer: inout BinaryWriter) {
    let nothing = Alias(contact, nil, RootVersion(root: NodeRef(.none, lane: 0), revision: 0))
    (alias ?? nothing).encode(to: &writer)
  }
}
