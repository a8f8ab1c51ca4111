/// A set as one file: what an offline replay has learned, and another one scores by.
extension ModelSet {
  /// The first bytes of every file.
  private static let mark = Array("SJPS".utf8)
  /// The version of the form.
  package static let formVersion: UInt8 = 1

  /// The set as bytes: one form for each set.
  ///
  ///     "SJPS" | version | every | models: count, (count, bytes)…
  package var bytes: [UInt8] {
    var bytes = ModelSet.mark
    bytes.append(ModelSet.formVersion)
    bytes.append(number: every)
    bytes.append(number: models.count)
    for model in models {
      let form = model.bytes
      bytes.append(number: form.count)
      bytes.append(contentsOf: form)
    }
    return bytes
  }

  /// Reads a set.
  package convenience init(bytes: [UInt8]) throws(PredictionFormError) {
    var reader = ByteReader(bytes)
    for expected in ModelSet.mark where try reader.byte() != expected {
      throw PredictionFormError("does not begin with SJPS")
    }
    let version = try reader.byte()
    guard version == ModelSet.formVersion else {
      throw PredictionFormError("version \(version) is not one this build reads (\(ModelSet.formVersion))")
    }
    let every = try reader.number(1 << 30)
    guard every > 0, every & (every - 1) == 0 else {
      throw PredictionFormError("one session of \(every) is learned from, which is no power of two")
    }
    var models: [OutcomeModel] = []
    for _ in 0..<(try reader.count(most: ModelTable.maxOutcomes)) {
      models.append(try OutcomeModel(bytes: try reader.block()))
    }
    guard reader.isAtEnd else { throw PredictionFormError("\(reader.remaining) bytes too many") }
    guard Set(models.map(\.outcome)).count == models.count else {
      throw PredictionFormError("two models of an outcome")
    }
    self.init(models, every: every)
  }
}
