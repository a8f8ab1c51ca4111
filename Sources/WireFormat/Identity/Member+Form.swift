package import Identity

/// An identifier and all that is known of it.
extension Member: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let identifier = try Identifier(decoding: &reader, version: version)
    guard identifier.type.isStrong else { throw CodecError("a \(identifier.type.name) is no member") }
    let generation = try reader.natural("a generation")
    let created = try reader.optionalTime()
    let last = try reader.time()
    guard created.map({ $0 <= last }) ?? true else { throw CodecError("a member ends before it begins") }
    let strength = try reader.strength()
    let isPublished = try reader.flag()
    self.init(identifier, at: last, strength, generation: generation)
    self.created = created
    self.isPublished = isPublished
    traits = try reader.list("traits") { reader throws(CodecError) in try reader.trait() }
    segments = try reader.list("segments") { reader throws(CodecError) in try reader.segment() }
    devices = try reader.list("devices") { reader throws(CodecError) in
      try DeviceUse(decoding: &reader, version: version)
    }
    grants = try reader.list("grants") { reader throws(CodecError) in
      Grant(map: try reader.text(), assignment: try reader.text(), holder: try reader.stamp())
    }
  }

  package func encode(to writer: inout BinaryWriter) {
    identifier.encode(to: &writer)
    writer.number(generation)
    writer.time(optional: created)
    writer.time(last)
    writer.byte(strength.rawValue)
    writer.byte(isPublished ? 1 : 0)
    writer.list(traits) { $1.trait($0) }
    writer.list(segments) { $1.segment($0) }
    writer.list(devices) { $0.encode(to: &$1) }
    writer.list(grants) { grant, writer in
      writer.text(all: grant.map)
      writer.text(all: grant.assignment)
      writer.stamp(grant.holder)
    }
  }
}

/// A device and when it was whose.
extension DeviceUse: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let device = try Identifier(decoding: &reader, version: version)
    guard !device.type.isStrong else { throw CodecError("a \(device.type.name) is no device") }
    let revision = try reader.natural("a device's revision", most: Int(Int64.max >> 1))
    let lastSeen = try reader.time()
    var intervals: [Interval] = []
    for _ in 0..<(try reader.count()) {
      intervals.append(Interval(from: try reader.optionalTime(), to: try reader.optionalTime()))
    }
    self.init(device, revision: revision, lastSeen: lastSeen, intervals: intervals)
  }

  package func encode(to writer: inout BinaryWriter) {
    device.encode(to: &writer)
    writer.number(revision)
    writer.time(lastSeen)
    writer.number(intervals.count)
    for interval in intervals {
      writer.time(optional: interval.from)
      writer.time(optional: interval.to)
    }
  }
}
