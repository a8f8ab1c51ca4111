package import Identity

/// Entries in their order, or that the device is shared.
extension WeakTimeline: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let isShared = try reader.flag()
    let lastSeen = try reader.optionalTime()
    var entries: [Entry] = []
    for _ in 0..<(try reader.count()) { entries.append(Entry(try reader.stamp(), try reader.node())) }
    for place in entries.indices.dropFirst() where entries[place] <= entries[place - 1] {
      throw CodecError("a timeline's entries are not in their order")
    }
    guard !isShared || entries.isEmpty else { throw CodecError("a shared device has no entries") }
    self.init(entries: entries, isShared: isShared, lastSeen: lastSeen)
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.byte(isShared ? 1 : 0)
    writer.time(optional: lastSeen)
    writer.number(entries.count)
    for entry in entries {
      writer.stamp(entry.stamp)
      writer.node(entry.owner)
    }
  }
}
