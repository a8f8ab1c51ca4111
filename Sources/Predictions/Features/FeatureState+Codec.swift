internal import JourneyModel

/// The state as bytes: a version byte, the feature version, then what it holds; numbers as varints, digests
/// in four bytes.
extension FeatureState {
  /// The version that is written, and the only one that is read.
  package static let formVersion: UInt8 = 1

  /// Appends the state as bytes: one form for each state.
  package func encode(to bytes: inout [UInt8]) {
    var form = ShortForm()
    encode(to: &form)
    form.write(to: &bytes)
  }

  func encode(to form: inout ShortForm) {
    form.append(FeatureState.formVersion)
    form.append(Feature.version)
    form.append(number: eventCount)
    form.append(number: Int(firstTime.milliseconds))
    form.append(number: Int(lastTime.milliseconds))
    form.append(number: Int(previousTime.milliseconds))
    form.append(fixed: lastName)
    form.append(fixed: previousName)
    form.append(number: names.count)
    // By index, here and below: docs/design/hot-path.md.
    for index in names.indices {
      form.append(fixed: names[index].name)
      form.append(number: Int(names[index].count))
    }
    form.append(number: Int(otherNames))
    form.append(number: page.count)
    for index in page.indices { form.append(fixed: page[index]) }
    form.append(number: seen.count)
    for index in seen.indices { form.append(fixed: seen[index]) }
    form.append(number: facts.count)
    for index in facts.indices {
      form.append(facts[index].slot.rawValue)
      form.append(fixed: facts[index].value)
    }
    form.append(number: attributes.count)
    for index in attributes.indices {
      form.append(fixed: attributes[index].name)
      switch attributes[index].value {
      case .text(let text):
        form.append(0)
        form.append(fixed: text)
      case .number(let magnitude):
        form.append(1)
        form.append(UInt8(bitPattern: magnitude.sign))
        form.append(fixed: UInt16(bitPattern: magnitude.quarters))
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
