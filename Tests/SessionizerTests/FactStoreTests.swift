import JourneyModel
import SeededGenerator
import Testing

@testable import Sessionizer

/// Facts, collected values and attributes of all lengths in one run of bytes, against plain dictionaries.
@Suite struct FactStoreTests {
  private let fields: [EventField] = [.page, .browser, .device, .geolocation]

  private func text(_ slice: ByteSlice, _ store: borrowing FactStore) -> String {
    String(decoding: store.bytes[slice.indices], as: UTF8.self)
  }

  /// A scalar attribute, whose digest is its time; `b` is a list.
  private func attribute(
    _ name: String, _ time: EventTime, _ source: [UInt8], _ slice: ByteSlice, _ store: inout FactStore
  ) {
    let bytes = Array(name.utf8)
    store.setAttribute(
      nameDigest: UInt64(bytes.count), nameSource: bytes, name: ByteSlice(offset: 0, length: bytes.count),
      time: time, digest: UInt64(time.milliseconds), source: source, value: slice, isList: name == "b",
      maxAttributes: 10, maxListValues: 1_000)
  }

  /// Each makes room in its own way while the others are in it: whichever moves them, all stay whole.
  @Test(arguments: 1...30 as ClosedRange<UInt64>)
  func everyValueStandsWholeWhicheverMakesRoom(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var store = FactStore()
    // What an allocator may give more than it was asked for must not matter.
    var generous = FactStore()
    generous.bytes.reserveCapacity(1 << 20)
    if generator.chance(50) {
      let size = Int(generator.pick(0...200))
      store.reserve(facts: 2, attributes: 0, bytes: size)
      generous.reserve(facts: 2, attributes: 0, bytes: size)
    }
    var facts: [EventField: String] = [:]
    var attributes: [String: String] = [:]
    var collected: [String] = []
    var (moved, largest) = (0, 0)
    for number in 0..<400 {
      let length = Int(generator.chance(8) ? generator.pick(0...1_500) : generator.pick(20...60))
      let value = String(repeating: String(number % 10), count: length) + "-\(number)"
      let source = Array("....\(value)".utf8)
      let slice = ByteSlice(offset: 4, length: source.count - 4)
      let time = EventTime(milliseconds: Int64(number))
      let capacity = store.bytes.capacity
      switch generator.pick(0...9) {
      case 0...4:
        let field = generator.pick(fields)
        store.set(field, time: time, digest: UInt64(number), source: source, slice: slice)
        generous.set(field, time: time, digest: UInt64(number), source: source, slice: slice)
        facts[field] = value
      case 5...8:
        let name = generator.pick(["a", "a-longer-name", "another-name-that-is-rather-long-as-names-go", "b"])
        attribute(name, time, source, slice, &store)
        attribute(name, time, source, slice, &generous)
        if name == "b" { collected.append("b" + value) } else { attributes[name] = value }
      default:
        store.collect(
          .searchQuery, time: time, digest: UInt64(number), source: source, slice: slice, limit: 1_000)
        generous.collect(
          .searchQuery, time: time, digest: UInt64(number), source: source, slice: slice, limit: 1_000)
        collected.append(value)
      }
      #expect(store.bytes.count == generous.bytes.count, "step \(number)")
      if store.bytes.capacity != capacity { moved += 1 }
      for fact in store.facts {
        #expect(text(fact.value, store) == facts[fact.field], "step \(number)")
        #expect(fact.room >= fact.value.length)
      }
      #expect(store.facts.count == facts.count)
      for attribute in store.attributes where !attribute.isList {
        #expect(text(attribute.value, store) == attributes[text(attribute.name, store)], "step \(number)")
        #expect(attribute.room >= attribute.value.length)
      }
      let lists = store.attributes.filter(\.isList).map { "b" + text($0.value, store) }
      #expect((store.collected.map { text($0.value, store) } + lists).sorted() == collected.sorted())
      let size =
        store.facts.reduce(0) { $0 + $1.value.count } + store.collected.reduce(0) { $0 + $1.value.count }
        + store.attributes.reduce(0) { $0 + $1.value.count + $1.name.count }
      #expect(store.byteCount == size)
      largest = max(largest, size)
      // Holes of at most as much as is held, values an eighth longer than they are, and what it grows by.
      #expect(store.bytes.capacity <= 4 * largest + 1_024)
    }
    #expect(moved > 5 && facts.count == fields.count && attributes.count == 3)
  }

  /// A price that changes with every event takes its own place again: the store neither grows nor moves.
  @Test func anAttributeThatIsAsLongAsTheOneBeforeTakesItsPlace() {
    var store = FactStore()
    var count = 0
    for number in 0..<100 {
      let source = Array("\(number % 10)-of-ten".utf8)
      attribute(
        "a", EventTime(milliseconds: Int64(number)), source, ByteSlice(offset: 0, length: source.count),
        &store)
      if number == 0 { count = store.bytes.count }
      #expect(store.bytes.count == count)
      #expect(text(store.attributes[0].value, store) == "\(number % 10)-of-ten")
    }
  }

  /// What predictions are made of again, and nothing that has stayed.
  @Test func saysWhatHasChanged() {
    var store = FactStore()
    func bits(_ fields: EventField...) -> UInt64 { fields.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }
    func changed(_ body: (inout FactStore, [UInt8], ByteSlice) -> Void, _ text: String) -> UInt64 {
      store.unseenFields = 0
      let source = Array(text.utf8)
      body(&store, source, ByteSlice(offset: 0, length: source.count))
      return store.unseenFields
    }
    func set(_ field: EventField, _ text: String, at time: Int64, digest: UInt64) -> UInt64 {
      changed(
        {
          $0.set(
            field, time: EventTime(milliseconds: time), digest: digest, source: $1, slice: $2)
        }, text)
    }
    #expect(set(.page, "1", at: 10, digest: 1) == bits(.page))
    #expect(set(.page, "1", at: 11, digest: 1) == 0)
    #expect(set(.page, "2", at: 5, digest: 2) == 0, "an older one")
    #expect(set(.page, "2", at: 12, digest: 2) == bits(.page))
    func collect(_ text: String, at time: Int64, digest: UInt64) -> UInt64 {
      changed(
        {
          $0.collect(
            .channel, time: EventTime(milliseconds: time), digest: digest, source: $1, slice: $2, limit: 2)
        }, text)
    }
    #expect(collect("a", at: 10, digest: 1) == bits(.channel))
    #expect(collect("b", at: 20, digest: 2) == bits(.channel))
    #expect(collect("b", at: 30, digest: 2) == 0)
    #expect(collect("b", at: 5, digest: 2) == bits(.channel), "another one is the newest")
    #expect(collect("c", at: 40, digest: 3) == 0, "one too many")
    func attribute(_ text: String, at time: Int64) -> UInt64 {
      changed({ self.attribute(text, EventTime(milliseconds: time), $1, $2, &$0) }, text)
    }
    #expect(attribute("a", at: 10) == bits(.attributeName))
    #expect(attribute("a", at: 10) == 0)
    #expect(attribute("a", at: 9) == 0, "an older one")
    #expect(attribute("a", at: 11) == bits(.attributeName))
    store.unseenFields = 0
    let one = ByteSlice(offset: 0, length: 1)
    let isNew = store.derive(.queue, time: EventTime(milliseconds: 1), source: [49], slice: one)
    #expect(isNew)
    #expect(store.unseenFields == bits(.queue))
    #expect(store.copy().unseenFields == bits(.queue))
  }
}
