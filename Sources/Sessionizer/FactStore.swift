package import JourneyModel

/// What a session knows, in one run of bytes: the newest facts, collected values and projected attributes.
///
/// One allocation instead of one per value; replaced values leave holes until `compact()` closes them.
///
/// Not copyable: docs/design/hot-path.md.
package struct FactStore: ~Copyable, Sendable {
  /// A single value with the event time that set it.
  package struct Fact: Sendable {
    package var time: EventTime
    package var digest: UInt64
    package var value: ByteSlice
    package var field: EventField
    /// Bytes of the store that are kept for its value: those of the longest one so far, unless the newest
    /// needs less than half.
    var room: UInt32

    init(time: EventTime, digest: UInt64, value: ByteSlice, field: EventField) {
      self.time = time
      self.digest = digest
      self.value = value
      self.field = field
      room = value.length
    }
  }

  /// One of several distinct values.
  package struct Collected: Sendable {
    package var time: EventTime
    package var digest: UInt64
    package var value: ByteSlice
    package var field: EventField
  }

  /// A projected attribute, or one value of a list attribute.
  package struct Attribute: Sendable {
    package var time: EventTime
    package var nameDigest: UInt64
    package var digest: UInt64
    package var name: ByteSlice
    package var value: ByteSlice
    package var isList: Bool
    /// Bytes of the store that are kept for its value, as for a fact's.
    var room: UInt32

    init(
      time: EventTime, nameDigest: UInt64, digest: UInt64, name: ByteSlice, value: ByteSlice, isList: Bool
    ) {
      self.time = time
      self.nameDigest = nameDigest
      self.digest = digest
      self.name = name
      self.value = value
      self.isList = isList
      room = value.length
    }
  }

  package var bytes: [UInt8] = []
  package var facts: [Fact] = []
  package var collected: [Collected] = []
  package var attributes: [Attribute] = []
  /// Values that a limit kept out.
  package var omitted = 0
  /// Bytes of the values held. Counted by value, not by memory: limits must not depend on how the store grew.
  package var byteCount = 0
  private var holes = 0
  /// How many bytes were asked room for. Not what there is room for: that depends on the allocator, and then
  /// so would when the store moves, what it weighs, and which sessions leave memory.
  private var room = 0
  /// The fields whose single value has changed since this was last set to 0, a bit each by raw value. Not
  /// stored.
  package var changedFields: UInt64 = 0
  /// The fields of which anything has changed since this was last set to 0, a bit each by raw value:
  /// attributes under the bit of their names. Not stored.
  package var unseenFields: UInt64 = 0

  package init() {}

  /// The same values in a store of their own.
  package func copy() -> FactStore {
    var store = FactStore()
    store.bytes = bytes
    store.facts = facts
    store.collected = collected
    store.attributes = attributes
    store.omitted = omitted
    store.byteCount = byteCount
    store.holes = holes
    store.room = room
    store.changedFields = changedFields
    store.unseenFields = unseenFields
    return store
  }

  /// Makes room for what a first event says, which would else be made value by value.
  mutating func reserve(facts count: Int, attributes: Int, bytes size: Int) {
    facts.reserveCapacity(count)
    self.attributes.reserveCapacity(attributes)
    bytes.reserveCapacity(size)
    room = max(room, size)
  }

  /// The value of a field.
  @inlinable
  package func value(_ field: EventField) -> ByteSlice? {
    for index in facts.indices where facts[index].field == field { return facts[index].value }
    return nil
  }

  /// The fields that have a single value, a bit each by raw value: whoever asks for many fields asks for none
  /// that has none.
  package var heldFields: UInt64 {
    var held: UInt64 = 0
    for index in facts.indices { held |= 1 << UInt64(facts[index].field.rawValue) }
    return held
  }

  /// Applies a fact by its field's policy.
  mutating func set(
    _ field: EventField, time: EventTime, digest: UInt64, source: borrowing [UInt8], slice: ByteSlice
  ) {
    for index in facts.indices where facts[index].field == field {
      let isNewer =
        field.policy == .earliest ? time < facts[index].time : time >= facts[index].time
      guard isNewer else { return }
      facts[index].time = time
      if facts[index].digest == digest, facts[index].value.length == slice.length { return }
      facts[index].digest = digest
      noteChange(field)
      replace(at: index, source: source, slice: slice)
      return
    }
    let value = store(source, slice)
    facts.append(Fact(time: time, digest: digest, value: value, field: field))
    noteChange(field)
  }

  /// Notes that a single value has changed.
  private mutating func noteChange(_ field: EventField) {
    changedFields |= 1 << UInt64(field.rawValue)
    unseenFields |= 1 << UInt64(field.rawValue)
  }

  /// Sets a value that was worked out, whatever the time of the one before.
  ///
  /// - Returns: whether it has changed.
  mutating func derive(
    _ field: EventField, time: EventTime, source: borrowing [UInt8], slice: ByteSlice
  ) -> Bool {
    for index in facts.indices where facts[index].field == field {
      facts[index].time = time
      let known = facts[index].value
      if known.count == slice.count, slice.equals(source, bytes, at: Int(known.offset)) { return false }
      facts[index].digest = TypeTable.digest(slice, of: source)
      noteChange(field)
      replace(at: index, source: source, slice: slice)
      return true
    }
    let value = store(source, slice)
    facts.append(Fact(time: time, digest: TypeTable.digest(slice, of: source), value: value, field: field))
    noteChange(field)
    return true
  }

  /// Forgets a value that is not so any more.
  ///
  /// - Returns: whether there was one.
  mutating func remove(_ field: EventField) -> Bool {
    guard let index = facts.firstIndex(where: { $0.field == field }) else { return false }
    noteChange(field)
    byteCount -= facts[index].value.count
    holes += Int(facts[index].room)
    facts.remove(at: index)
    return true
  }

  private mutating func replace(at index: Int, source: borrowing [UInt8], slice: ByteSlice) {
    let place = Place(value: facts[index].value, room: facts[index].room)
    if let same = overwrite(place, source, slice) {
      (facts[index].value, facts[index].room) = (same.value, same.room)
    } else {
      // Nothing to be moved with the others, should it come to that.
      (facts[index].value, facts[index].room) = (.empty, 0)
      let new = append(source, slice)
      (facts[index].value, facts[index].room) = (new.value, new.room)
    }
    compactIfWorthwhile()
  }

  private mutating func replace(attribute index: Int, source: borrowing [UInt8], slice: ByteSlice) {
    let place = Place(value: attributes[index].value, room: attributes[index].room)
    if let same = overwrite(place, source, slice) {
      (attributes[index].value, attributes[index].room) = (same.value, same.room)
    } else {
      (attributes[index].value, attributes[index].room) = (.empty, 0)
      let new = append(source, slice)
      (attributes[index].value, attributes[index].room) = (new.value, new.room)
    }
    compactIfWorthwhile()
  }

  /// Where a value stands, and how many bytes are kept for it.
  private struct Place {
    var value: ByteSlice
    var room: UInt32
  }

  /// Writes a value over the one before: a page is replaced with every event and is about as long, and so the
  /// store does not grow.
  ///
  /// - Returns: where it stands; `nil` if there is too little room, which is a hole from now on.
  @inline(__always)
  private mutating func overwrite(_ place: Place, _ source: borrowing [UInt8], _ slice: ByteSlice) -> Place? {
    byteCount += slice.count - place.value.count
    guard slice.length <= place.room else {
      holes += Int(place.room)
      return nil
    }
    bytes.overwrite(from: Int(place.value.offset), with: slice, of: source)
    let value = ByteSlice(offset: Int(place.value.offset), length: slice.count)
    guard slice.length < place.room / 2 else { return Place(value: value, room: place.room) }
    holes += Int(place.room - slice.length)
    return Place(value: value, room: slice.length)
  }

  /// Appends a value with a little room behind it: the next one is a few bytes longer or shorter.
  private mutating func append(_ source: borrowing [UInt8], _ slice: ByteSlice) -> Place {
    let spare = slice.count / 8
    makeRoom(slice.count + spare)
    let value = copy(source, slice)
    // What stands there means nothing: the value's own first bytes are a block to append, a number of zeros
    // would be a loop.
    bytes.append(ByteSlice(offset: Int(slice.offset), length: spare), of: source)
    return Place(value: value, room: slice.length + UInt32(spare))
  }

  /// Adds a distinct value, or dates it earlier.
  mutating func collect(
    _ field: EventField, time: EventTime, digest: UInt64, source: borrowing [UInt8], slice: ByteSlice,
    limit: Int
  ) {
    var count = 0
    for index in collected.indices where collected[index].field == field {
      count += 1
      guard collected[index].digest == digest, collected[index].value.length == slice.length
      else { continue }
      if time < collected[index].time {
        var entry = collected.remove(at: index)
        entry.time = time
        insert(entry)
      }
      return
    }
    guard count < limit else {
      omitted += 1
      return
    }
    insert(Collected(time: time, digest: digest, value: store(source, slice), field: field))
  }

  private mutating func insert(_ entry: Collected) {
    unseenFields |= 1 << UInt64(entry.field.rawValue)
    var index = collected.count
    while index > 0, entry.time < collected[index - 1].time { index -= 1 }
    collected.insert(entry, at: index)
  }

  /// Sets a scalar attribute (newest event time wins) or adds a distinct value to a list.
  mutating func setAttribute(
    nameDigest: UInt64, nameSource: borrowing [UInt8], name: ByteSlice, time: EventTime, digest: UInt64,
    source: borrowing [UInt8], value: ByteSlice, isList: Bool, maxAttributes: Int, maxListValues: Int
  ) {
    var count = 0
    for index in attributes.indices where attributes[index].nameDigest == nameDigest {
      guard attributes[index].isList == isList else { continue }
      count += 1
      if isList {
        guard attributes[index].digest == digest else { continue }
        if time < attributes[index].time { attributes[index].time = time }
        return
      }
      guard time >= attributes[index].time else { return }
      attributes[index].time = time
      if attributes[index].digest == digest { return }
      attributes[index].digest = digest
      unseenFields |= 1 << UInt64(EventField.attributeName.rawValue)
      replace(attribute: index, source: source, slice: value)
      return
    }
    guard isList ? count < maxListValues : attributes.count < maxAttributes else {
      omitted += 1
      return
    }
    unseenFields |= 1 << UInt64(EventField.attributeName.rawValue)
    // For both at once: the first would not stay where it is if the second had to make room.
    makeRoom(name.count + value.count)
    let storedName = store(nameSource, name)
    let storedValue = store(source, value)
    attributes.append(
      Attribute(
        time: time, nameDigest: nameDigest, digest: digest, name: storedName, value: storedValue,
        isList: isList))
  }

  /// Takes over what another store knows, each value under its own time. On a tie this store's value stays.
  mutating func merge(_ other: borrowing FactStore, settings: SessionSettings) {
    for index in other.facts.indices {
      let fact = other.facts[index]
      if let own = facts.first(where: { $0.field == fact.field }), own.time == fact.time { continue }
      set(
        fact.field, time: fact.time, digest: fact.digest, source: other.bytes, slice: fact.value)
    }
    for entry in other.collected {
      collect(
        entry.field, time: entry.time, digest: entry.digest, source: other.bytes, slice: entry.value,
        limit: settings.maxCollectedValues)
    }
    for entry in other.attributes {
      let tie = attributes.contains {
        $0.nameDigest == entry.nameDigest && !$0.isList && !entry.isList && $0.time == entry.time
      }
      if tie { continue }
      setAttribute(
        nameDigest: entry.nameDigest, nameSource: other.bytes, name: entry.name, time: entry.time,
        digest: entry.digest, source: other.bytes, value: entry.value, isList: entry.isList,
        maxAttributes: settings.maxAttributes, maxListValues: settings.maxListValues)
    }
    omitted += other.omitted
  }

  private mutating func store(_ source: borrowing [UInt8], _ slice: ByteSlice) -> ByteSlice {
    byteCount += slice.count
    makeRoom(slice.count)
    return copy(source, slice)
  }

  private mutating func copy(_ source: borrowing [UInt8], _ slice: ByteSlice) -> ByteSlice {
    let start = bytes.count
    bytes.append(slice, of: source)
    return ByteSlice(offset: start, length: slice.count)
  }

  private mutating func compactIfWorthwhile() {
    guard holes > 384, holes * 2 > bytes.count else { return }
    move(toHold: bytes.count - holes)
  }

  /// Grows by a quarter instead of to twice the size, as there is one of these for each session. What moves
  /// leaves its holes behind.
  private mutating func makeRoom(_ more: Int) {
    guard bytes.count + more > room else { return }
    let used = bytes.count - holes
    move(toHold: used + more + max(64, used / 4))
  }

  /// After values were appended as they are.
  mutating func noteRestored() { room = max(room, bytes.count) }

  @inline(never)
  private mutating func move(toHold capacity: Int) {
    let old = bytes
    bytes = []
    bytes.reserveCapacity(capacity)
    room = capacity
    for index in facts.indices {
      facts[index].value = copy(old, facts[index].value)
      facts[index].room = facts[index].value.length
    }
    for index in collected.indices { collected[index].value = copy(old, collected[index].value) }
    for index in attributes.indices {
      attributes[index].name = copy(old, attributes[index].name)
      attributes[index].value = copy(old, attributes[index].value)
      attributes[index].room = attributes[index].value.length
    }
    holes = 0
  }
}
