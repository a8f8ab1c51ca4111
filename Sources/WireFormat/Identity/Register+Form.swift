package import Identity
internal import JourneyModel

/// All that a register keeps, but for what follows from it.
extension Register: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let node = try reader.node()
    self.init(node)
    parent = try reader.optional { reader throws(CodecError) in try reader.node() }
    if let parent, parent.key >= node.key { throw CodecError("a parent is not smaller than its child") }
    cluster = try Cluster(decoding: &reader, version: version)
    guard parent == nil || cluster.isEmpty else { throw CodecError("a cluster that is not at its root") }
    revision = try reader.natural("a revision", most: Int(Int64.max >> 1))
    formedUnder = try reader.optional { reader throws(CodecError) in try reader.fixed() }
    evidence = try reader.optional { reader throws(CodecError) in
      try Member(decoding: &reader, version: version)
    }
    if let evidence, evidence.key != node.key { throw CodecError("a register with another's evidence") }
    partners = try reader.array { reader throws(CodecError) in try reader.key() }
    for place in partners.indices.dropFirst() where partners[place] <= partners[place - 1] {
      throw CodecError("partners are not in their order")
    }
    sharedSince = try reader.optionalTime()
    stub = try reader.optional { reader throws(CodecError) in try reader.erasure() }
    if let stub, stub.key != node.key { throw CodecError("a register with another's stub") }
    forgotten = try reader.optional { reader throws(CodecError) in try reader.version() }
    resolution = try reader.optional { reader throws(CodecError) in
      try Resolution(decoding: &reader, version: version)
    }
    watchers = try reader.array { reader throws(CodecError) in try reader.node() }
    let most = Int(Int64.max >> 1)
    rate = ClaimRate(
      minute: Int64(try reader.natural("a minute", most: most)), count: try reader.natural("a count"))
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.node(node)
    writer.optional(parent) { $1.node($0) }
    cluster.encode(to: &writer)
    writer.number(revision)
    writer.optional(formedUnder) { $1.fixed($0) }
    writer.optional(evidence) { $0.encode(to: &$1) }
    writer.array(partners) { $1.key($0) }
    writer.time(optional: sharedSince)
    writer.optional(stub) { $1.erasure($0) }
    writer.optional(forgotten) { $1.version($0) }
    writer.optional(resolution) { $0.encode(to: &$1) }
    writer.array(watchers) { $1.node($0) }
    writer.number(Int(rate.minute))
    writer.number(rate.count)
  }
}
