package import Identity
package import JourneyModel

/// What one lane's register tells another's, as the payload of a lane's message: the key that it goes to, a
/// number that says what it is, and that. The lane is that of the record.
package struct RegisterPayload: MessagePayload, Hashable {
  package static let kind = MessageKind(
    number: 1, name: "register", versions: 1...1, isAddressed: true)

  /// Most bytes of a message: a cluster's, and what goes with it.
  package static let mostBytes = IdentityLimits().maxClusterBytes + 1_024

  package var key: IdentifierKey
  package var message: RegisterMessage

  package init(_ envelope: RegisterMessage.Envelope) {
    key = envelope.to.key
    message = envelope.message
  }

  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    guard RegisterPayload.kind.versions.contains(version) else {
      throw CodecError("a register's message of version \(version)")
    }
    key = try reader.key()
    message = try RegisterMessage(decoding: &reader, version: version)
    guard reader.at <= RegisterPayload.mostBytes else {
      throw CodecError("a register's message of \(reader.at) bytes, most are \(RegisterPayload.mostBytes)")
    }
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.key(key)
    message.encode(to: &writer)
  }

  /// As it is applied in a lane.
  package func envelope(in lane: LaneNumber) -> RegisterMessage.Envelope {
    RegisterMessage.Envelope(to: NodeRef(key, lane: lane), message)
  }
}

extension RegisterMessage: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let number = try reader.byte()
    switch number {
    case 1: self = .claim(try Claim(decoding: &reader, version: version))
    case 2:
      let other = try reader.node()
      self = .union(with: other, try Assertion(decoding: &reader, version: version))
    case 3:
      let revision = try reader.natural("a revision", most: Int(Int64.max >> 1))
      self = .adopt(try Cluster(decoding: &reader, version: version), revision: revision)
    case 4: self = .note(try Cluster(decoding: &reader, version: version))
    case 5: self = .resolve(try Resolution(decoding: &reader, version: version))
    case 6:
      let key = try reader.key()
      self = .resolved(key, try Resolution.Answer(decoding: &reader, version: version))
    case 7: self = .alias(try Alias(decoding: &reader, version: version))
    case 8: self = .command(try Command(decoding: &reader, version: version))
    case 9: self = .forget(try Forgetting(decoding: &reader, version: version))
    case 10: self = .grantAsked(try GrantRequest(decoding: &reader, version: version))
    case 11: self = .grantAnswered(try GrantAnswer(decoding: &reader, version: version))
    case 12: self = .linked(try SessionLink(decoding: &reader, version: version))
    default: throw CodecError("\(number) is no message of a register")
    }
  }

  package func encode(to writer: inout BinaryWriter) {
    switch self {
    case .claim(let claim):
      writer.byte(1)
      claim.encode(to: &writer)
    case .union(let other, let assertion):
      writer.byte(2)
      writer.node(other)
      assertion.encode(to: &writer)
    case .adopt(let cluster, let revision):
      writer.byte(3)
      writer.number(revision)
      cluster.encode(to: &writer)
    case .note(let cluster):
      writer.byte(4)
      cluster.encode(to: &writer)
    case .resolve(let resolution):
      writer.byte(5)
      resolution.encode(to: &writer)
    case .resolved(let key, let answer):
      writer.byte(6)
      writer.key(key)
      answer.encode(to: &writer)
    case .alias(let alias):
      writer.byte(7)
      alias.encode(to: &writer)
    case .command(let command):
      writer.byte(8)
      command.encode(to: &writer)
    case .forget(let told):
      writer.byte(9)
      told.encode(to: &writer)
    case .grantAsked(let request):
      writer.byte(10)
      request.encode(to: &writer)
    case .grantAnswered(let answer):
      writer.byte(11)
      answer.encode(to: &writer)
    case .linked(let link):
      writer.byte(12)
      link.encode(to: &writer)
    }
  }
}

extension GrantRequest: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    self.init(
      try reader.node(), map: try reader.shortText("a map"),
      assignment: try reader.shortText("an assignment"), asker: try reader.stamp(),
      replyTo: try reader.node())
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.node(identifier)
    writer.text(all: map)
    writer.text(all: assignment)
    writer.stamp(asker)
    writer.node(replyTo)
  }
}

extension GrantAnswer: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    self.init(
      map: try reader.shortText("a map"), assignment: try reader.shortText("an assignment"),
      asker: try reader.stamp(), isGranted: try reader.flag())
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.text(all: map)
    writer.text(all: assignment)
    writer.stamp(asker)
    writer.byte(isGranted ? 1 : 0)
  }
}

extension SessionLink: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let stamp = try reader.stamp()
    let identifier = try reader.optional { reader throws(CodecError) in
      try reader.strongIdentifier(version)
    }
    let answer = try reader.optional { reader throws(CodecError) in
      try Resolution.Answer(decoding: &reader, version: version)
    }
    guard identifier != nil || answer == nil else { throw CodecError("an answer about nobody") }
    self.init(stamp, identifier, answer: answer)
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.stamp(stamp)
    writer.optional(identifier) { $0.encode(to: &$1) }
    writer.optional(answer) { $0.encode(to: &$1) }
  }
}
