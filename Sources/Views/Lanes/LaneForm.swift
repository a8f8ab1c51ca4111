package import JourneyModel
package import WireFormat

/// The values that questions and replies are made of.
extension BinaryWriter {
  mutating func string(_ text: String) { self.text(Array(text.utf8)) }
  mutating func flag(_ flag: Bool) { byte(flag ? 1 : 0) }
  mutating func time(_ time: EventTime) { fixed(UInt64(bitPattern: time.milliseconds)) }

  mutating func optional<Value>(_ value: Value?, _ body: (inout BinaryWriter, Value) -> Void) {
    flag(value != nil)
    if let value { body(&self, value) }
  }

  mutating func string(_ text: String?) { optional(text) { $0.string($1) } }

  mutating func list<Values: Collection>(
    _ values: Values, _ body: (inout BinaryWriter, Values.Element) -> Void
  ) {
    number(values.count)
    for value in values { body(&self, value) }
  }

  mutating func strings(_ texts: some Collection<String>) { list(texts) { $0.string($1) } }

  mutating func entry(_ entry: SessionEntry) {
    string(entry.id)
    string(entry.type)
    string(entry.customerIDType)
    string(entry.customerID)
    time(entry.created)
    flag(entry.isOpen)
    number(entry.revision)
    string(entry.mergedInto)
    strings(entry.divisions)
    number(entry.lane.index)
    text(all: entry.snapshot)
  }

  mutating func event(_ event: SessionEvent) {
    string(event.id)
    time(event.time)
    string(event.kind)
    flag(event.isDerived)
    text(all: event.json)
  }

  mutating func cursor(_ cursor: Cursor) {
    fixed(UInt64(bitPattern: cursor.time))
    string(cursor.id)
    fixed(cursor.filter)
  }
}

extension BinaryReader {
  mutating func string() throws(CodecError) -> String {
    guard let text = String(validating: try text(), as: UTF8.self) else { throw CodecError("no UTF-8") }
    return text
  }

  mutating func flag() throws(CodecError) -> Bool {
    switch try byte() {
    case 0: false
    case 1: true
    case let byte: throw CodecError("\(byte) is neither true nor false")
    }
  }

  /// A time of the years 0 to 9999, which are all that can be printed.
  package mutating func time() throws(CodecError) -> EventTime {
    let milliseconds = Int64(bitPattern: try fixed())
    guard (-62_167_219_200_000...EventTime.latest.milliseconds).contains(milliseconds) else {
      throw CodecError("no time")
    }
    return EventTime(milliseconds: milliseconds)
  }

  /// How many there are of something, elsewhere: so many that some of them can be added.
  mutating func amount() throws(CodecError) -> Int {
    let amount = try number()
    guard (0...1 << 53).contains(amount) else { throw CodecError("no amount") }
    return amount
  }

  mutating func lane() throws(CodecError) -> LaneNumber {
    guard let lane = Int32(exactly: try number()) else { throw CodecError("no lane") }
    return LaneNumber(lane)
  }

  mutating func optional<Value>(
    _ body: (inout BinaryReader) throws(CodecError) -> Value
  ) throws(CodecError) -> Value? {
    try flag() ? try body(&self) : nil
  }

  mutating func optionalString() throws(CodecError) -> String? {
    try optional { (reader) throws(CodecError) in try reader.string() }
  }

  mutating func list<Value>(
    _ body: (inout BinaryReader) throws(CodecError) -> Value
  ) throws(CodecError) -> [Value] {
    let count = try count()
    var values: [Value] = []
    for _ in 0..<count { values.append(try body(&self)) }
    return values
  }

  mutating func strings() throws(CodecError) -> [String] {
    try list { (reader) throws(CodecError) in try reader.string() }
  }

  mutating func entry() throws(CodecError) -> SessionEntry {
    SessionEntry(
      id: try string(), type: try string(), customerIDType: try string(), customerID: try string(),
      created: try time(), isOpen: try flag(), revision: try number(), mergedInto: try optionalString(),
      divisions: try strings(), lane: try lane(), snapshot: try text())
  }

  mutating func event() throws(CodecError) -> SessionEvent {
    SessionEvent(
      id: try string(), time: try time(), kind: try string(), isDerived: try flag(), json: try text())
  }

  mutating func cursor() throws(CodecError) -> Cursor {
    Cursor(time: Int64(bitPattern: try fixed()), id: try string(), filter: try fixed())
  }

  mutating func pageSize() throws(CodecError) -> PageSize {
    guard let size = PageSize(try number()) else { throw CodecError("no size of a page") }
    return size
  }
}
