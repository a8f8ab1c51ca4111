internal import Identity
internal import JourneyModel

/// Parts that several forms have.
extension BinaryWriter {
  mutating func key(_ key: IdentifierKey) {
    var block = InlineArray<16, UInt8>(repeating: 0)
    var text = block.mutableSpan
    var words = text.mutableBytes
    words.storeBytes(of: key.high.littleEndian, toByteOffset: 0, as: UInt64.self)
    words.storeBytes(of: key.low.littleEndian, toByteOffset: 8, as: UInt64.self)
    bytes.append(block.span)
  }

  mutating func node(_ node: NodeRef) {
    key(node.key)
    number(node.lane.index)
  }

  mutating func time(_ time: EventTime) { fixed(UInt64(bitPattern: time.milliseconds)) }

  mutating func time(optional time: EventTime?) {
    byte(time == nil ? 0 : 1)
    if let time { self.time(time) }
  }

  mutating func stamp(_ stamp: Stamp) {
    time(stamp.time)
    text(all: stamp.id)
  }

  mutating func list<Element>(_ list: KeyedList<Element>, _ write: (Element, inout BinaryWriter) -> Void) {
    number(list.count)
    for element in list.elements { write(element, &self) }
  }
}

extension BinaryReader {
  /// Longest id of an event or a command.
  private static let longestID = 255

  mutating func key() throws(CodecError) -> IdentifierKey {
    let high = try fixed()
    return IdentifierKey(high: high, low: try fixed())
  }

  mutating func node() throws(CodecError) -> NodeRef {
    let key = try key()
    let lane = try natural("a lane", most: Int(Int32.max))
    return NodeRef(key, lane: LaneNumber(Int32(truncatingIfNeeded: lane)))
  }

  /// A time that an admitted event may have.
  mutating func time() throws(CodecError) -> EventTime {
    let time = EventTime(milliseconds: Int64(bitPattern: try fixed()))
    guard time.milliseconds >= 0, time <= .latest else {
      throw CodecError("a time of \(time.milliseconds) ms is none")
    }
    return time
  }

  mutating func optionalTime() throws(CodecError) -> EventTime? { try flag() ? try time() : nil }

  mutating func stamp() throws(CodecError) -> Stamp {
    let time = try time()
    let id = try text()
    guard id.count <= BinaryReader.longestID else { throw CodecError("an id of \(id.count) bytes") }
    return Stamp(time, id)
  }

  mutating func flag() throws(CodecError) -> Bool {
    let value = try byte()
    guard value <= 1 else { throw CodecError("\(value) is neither yes nor no") }
    return value == 1
  }

  mutating func natural(_ name: String, most: Int = Int(Int32.max)) throws(CodecError) -> Int {
    let value = try number()
    guard value >= 0, value <= most else { throw CodecError("\(name) is \(value)") }
    return value
  }

  mutating func strength() throws(CodecError) -> EvidenceStrength {
    let value = try byte()
    guard let strength = EvidenceStrength(rawValue: value) else {
      throw CodecError("\(value) is no strength")
    }
    return strength
  }

  mutating func list<Element>(
    _ name: String, _ read: (inout BinaryReader) throws(CodecError) -> Element
  ) throws(CodecError) -> KeyedList<Element> {
    let count = try count()
    guard count > 1 else { return count == 0 ? KeyedList() : KeyedList(one: try read(&self)) }
    var elements: [Element] = []
    elements.reserveCapacity(min(count, 256))
    for _ in 0..<count { elements.append(try read(&self)) }
    guard let list = KeyedList(ascending: elements) else {
      throw CodecError("\(name) are not in their order")
    }
    return list
  }
}
