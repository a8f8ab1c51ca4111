package import JourneyModel

/// Values as the state codec read them: appended as they stand, without policies.
extension FactStore {
  package mutating func restore(fact field: EventField, time: EventTime, digest: UInt64, value: [UInt8]) {
    let slice = keep(value)
    facts.append(Fact(time: time, digest: digest, value: slice, field: field))
  }

  package mutating func restore(collected field: EventField, time: EventTime, digest: UInt64, value: [UInt8])
  {
    collected.append(Collected(time: time, digest: digest, value: keep(value), field: field))
  }

  package mutating func restore(
    attribute name: [UInt8], nameDigest: UInt64, time: EventTime, digest: UInt64, value: [UInt8], isList: Bool
  ) {
    let name = keep(name)
    attributes.append(
      Attribute(
        time: time, nameDigest: nameDigest, digest: digest, name: name, value: keep(value), isList: isList))
  }

  private mutating func keep(_ value: [UInt8]) -> ByteSlice {
    let start = bytes.count
    byteCount += value.count
    bytes.append(contentsOf: value)
    noteRestored()
    return ByteSlice(offset: start, length: value.count)
  }
}

extension JourneyMap {
  package mutating func restore(time: EventTime, head: Int, value: [UInt8]) {
    bytes.append(ASCII.comma)
    let start = bytes.count
    bytes.append(contentsOf: value)
    entries.append(
      Entry(
        time: time, value: ByteSlice(offset: start, length: value.count),
        head: UInt32(truncatingIfNeeded: head)))
  }
}
