internal import JourneyModel

/// The state as bytes: a version byte, the feature version, then what it holds; numbers as varints, digests
/// in four bytes.
extension FeatureState {
  /// The version that is written, and the only one that is read.
  package static let formVersion: UInt8 = 1

  /// Appends the state as bytes: one form for each state.
  package func encode(to bytes: inout [UInt8]) {
    bytes.append(FeatureState.formVersion)
    bytes.append(Feature.version)
    bytes.append(number: eventCount)
    for time in [firstTime, lastTime, previousTime] { bytes.append(time: time) }
    bytes.append(fixed: lastName)
    bytes.append(fixed: previousName)
    bytes.append(number: names.count)
    for entry in names {
      bytes.append(fixed: entry.name)
      bytes.append(number: Int(entry.count))
    }
    bytes.append(number: Int(otherNames))
    for prefixes in [page, seen] {
      bytes.append(number: prefixes.count)
      for prefix in prefixes { bytes.append(fixed: prefix) }
    }
    bytes.append(number: facts.count)
    for fact in facts {
      bytes.append(fact.slot.rawValue)
      bytes.append(fixed: fact.value)
    }
    bytes.append(number: attributes.count)
    for attribute in attributes {
      bytes.append(fixed: attribute.name)
      switch attribute.value {
      case .text(let text):
        bytes.append(0)
        bytes.append(fixed: text)
      case .number(let magnitude):
        bytes.append(1)
        bytes.append(UInt8(bitPattern: magnitude.sign))
        bytes.append(fixed: UInt16(bitPattern: magnitude.quarters))
      }
    }
  }

  /// Reads what `encode` wrote.
  ///
  /// - Returns: `nil` for a state of other features: it says nothing to this build.
  package static func decode(_ bytes: [UInt8]) throws(PredictionFormError) -> FeatureState? {
    var reader = ByteReader(bytes)
    let version = try reader.byte()
    guard version == formVersion else {
      throw PredictionFormError("version \(version) is not one this build reads (\(formVersion))")
    }
    guard try reader.byte() == Feature.version else { return nil }
    var state = FeatureState()
    state.eventCount = try reader.number()
    state.firstTime = try reader.time()
    state.lastTime = try reader.time()
    state.previousTime = try reader.time()
    state.lastName = try reader.fixed()
    state.previousName = try reader.fixed()
    for _ in 0..<(try reader.count(most: FeatureLimits.names, bytesEach: 5)) {
      let name: UInt32 = try reader.fixed()
      state.names.append(NameCount(name: name, count: UInt16(try reader.number(Int(UInt16.max)))))
    }
    state.otherNames = UInt16(try reader.number(Int(UInt16.max)))
    for _ in 0..<(try reader.count(most: PagePath.maxPrefixes, bytesEach: 4)) {
      state.page.append(try reader.fixed())
    }
    for _ in 0..<(try reader.count(most: FeatureLimits.seenPrefixes, bytesEach: 4)) {
      state.seen.append(try reader.fixed())
    }
    try state.takeFacts(&reader)
    guard reader.isAtEnd else { throw PredictionFormError("\(reader.remaining) bytes too many") }
    return state
  }

  private mutating func takeFacts(_ reader: inout ByteReader) throws(PredictionFormError) {
    for _ in 0..<(try reader.count(most: FactSlot.allCases.count, bytesEach: 5)) {
      guard let slot = FactSlot(rawValue: try reader.byte()), !slot.followsFromStart else {
        throw PredictionFormError("an unknown fact")
      }
      guard facts.last.map({ $0.slot.rawValue < slot.rawValue }) ?? true else {
        throw PredictionFormError("facts do not ascend")
      }
      facts.append(Fact(slot: slot, value: try reader.fixed()))
    }
    for _ in 0..<(try reader.count(most: FeatureLimits.attributes, bytesEach: 7)) {
      let name: UInt32 = try reader.fixed()
      switch try reader.byte() {
      case 0: attributes.append(Attribute(name: name, value: .text(try reader.fixed())))
      case 1:
        let sign = Int8(bitPattern: try reader.byte())
        guard let magnitude = Magnitude(sign: sign, quarters: Int16(bitPattern: try reader.fixed())) else {
          throw PredictionFormError("an impossible magnitude")
        }
        attributes.append(Attribute(name: name, value: .number(magnitude)))
      default: throw PredictionFormError("an attribute of an unknown kind")
      }
    }
  }
}
