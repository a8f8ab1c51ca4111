internal import CJSONFields
internal import JourneyModel

/// What an event says of its customer, where persons are looked for.
extension EventDecoder {
  /// Notes a trait: its value is a scalar, or the Journey API's `{"dataType":…,"value":…}`. Any other says
  /// nothing.
  func takeTrait(name: cjson_field, value: cjson_field) {
    var slice = ByteSlice(value)
    switch cjson_kind(rawValue: UInt32(value.kind)) {
    case CJSON_STRING, CJSON_NUMBER, CJSON_TRUE, CJSON_FALSE: break
    case CJSON_OBJECT:
      guard let inner = scalarValue(of: slice) else { return }
      slice = inner
    default: return
    }
    traits.append(Event.Fact(field: .traitName, value: ByteSlice(name), digest: name.digest))
    traits.append(Event.Fact(field: .traitValue, value: slice, digest: value.digest))
  }

  /// Notes the external id of an event whose sessions have none: it names the customer in the sender's
  /// system.
  func takeExternalID(_ given: PickedValue?, _ stream: JourneyModel.Stream) {
    guard limits.readsTraits, stream.profile.externalID == .none, let id = given,
      id.isIDForm,
      isIdentifier(id.slice)
    else { return }
    let name = append("externalId")
    let start = arena.count
    arena.append(0x22)
    arena.appendEscapedOwn(Int(id.slice.offset), id.slice.count)
    arena.append(0x22)
    traits.append(Event.Fact(field: .traitName, value: name, digest: 0))
    traits.append(
      Event.Fact(
        field: .traitValue, value: ByteSlice(offset: start, length: arena.count - start), digest: 0))
  }

  /// Puts the traits behind the event's facts.
  func appendTraits() {
    batch.facts.append(contentsOf: traits)
    traits.removeAll(keepingCapacity: true)
  }

  /// The scalar that a compact JSON object has as its member `value`; of several the last one.
  private func scalarValue(of object: ByteSlice) -> ByteSlice? {
    let bytes = UnsafeBufferPointer(start: arena.base + Int(object.offset), count: object.count)
    var found: ByteSlice?
    var depth = 0
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case 0x7b, 0x5b: depth += 1
      case 0x7d, 0x5d: depth -= 1
      case 0x22:
        let end = endOfString(bytes, from: index)
        if depth == 1, end + 1 < bytes.count, bytes[end + 1] == 0x3a {
          if isValue(bytes[(index + 1)..<end]), let last = endOfScalar(bytes, from: end + 2) {
            found = ByteSlice(offset: Int(object.offset) + end + 2, length: last - end - 2)
          }
        }
        index = end
      default: break
      }
      index += 1
    }
    return found
  }

  private func isValue(_ name: Slice<UnsafeBufferPointer<UInt8>>) -> Bool {
    name.elementsEqual("value".utf8)
  }

  /// The closing quote of a string that opens at `start`.
  private func endOfString(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start + 1
    while index < bytes.count, bytes[index] != 0x22 { index += bytes[index] == 0x5c ? 2 : 1 }
    return min(index, bytes.count - 1)
  }

  /// One past a scalar; `nil` where an object, an array or null begins.
  private func endOfScalar(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    guard start < bytes.count else { return nil }
    switch bytes[start] {
    case 0x7b, 0x5b, 0x6e: return nil
    case 0x22: return endOfString(bytes, from: start) + 1
    default:
      var index = start
      while index < bytes.count, bytes[index] != 0x2c, bytes[index] != 0x7d { index += 1 }
      return index
    }
  }
}
