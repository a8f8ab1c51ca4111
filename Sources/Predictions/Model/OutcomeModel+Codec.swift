internal import JourneyModel
internal import JourneyRules

extension OutcomeModel {
  /// The first bytes of every model.
  private static let mark = Array("SJPM".utf8)
  /// The version of the form.
  package static let formVersion: UInt8 = 1
  /// Longest id of an outcome, in bytes; definitions have the same bound.
  private static let maxIDBytes = 128

  /// The model as bytes: one form for each model.
  ///
  ///     "SJPM" | version | feature version | outcome: count, UTF-8 | definition: 16 bytes | bias: i32
  ///     window: first closed, last closed, sessions, achieving | rows: count, (token: u32, weight: i16)…
  ///     below: count, (index: u16, share: u16)… | quality: eight numbers
  ///
  /// Numbers are varints where no width is given; fixed ones are little endian.
  package var bytes: [UInt8] {
    var bytes = OutcomeModel.mark
    bytes.reserveCapacity(128 + outcome.utf8.count + 6 * rows.count + 4 * below.runs.count)
    bytes.append(OutcomeModel.formVersion)
    bytes.append(featureVersion)
    bytes.append(text: outcome)
    bytes.append(fixed: definition.high)
    bytes.append(fixed: definition.low)
    bytes.append(fixed: UInt32(bitPattern: bias))
    bytes.append(time: window.firstClosed)
    bytes.append(time: window.lastClosed)
    bytes.append(number: window.sessions)
    bytes.append(number: window.achieving)
    bytes.append(number: rows.count)
    for row in rows {
      bytes.append(fixed: row.token.bits)
      bytes.append(fixed: UInt16(bitPattern: row.weight))
    }
    bytes.append(number: below.runs.count)
    for run in below.runs {
      bytes.append(fixed: run.index)
      bytes.append(fixed: run.share)
    }
    for number in quality.numbers { bytes.append(number: number) }
    return bytes
  }

  /// Reads a model.
  ///
  /// A feature version that this build does not know is no error here: such a model is read, and not scored.
  package init(bytes: [UInt8]) throws(PredictionFormError) {
    var reader = ByteReader(bytes)
    for expected in OutcomeModel.mark where try reader.byte() != expected {
      throw PredictionFormError("does not begin with SJPM")
    }
    let version = try reader.byte()
    guard version == OutcomeModel.formVersion else {
      throw PredictionFormError(
        "version \(version) is not one this build reads (\(OutcomeModel.formVersion))")
    }
    let featureVersion = try reader.byte()
    let outcome = try reader.text(maxBytes: OutcomeModel.maxIDBytes)
    let definition = DefinitionHash(high: try reader.fixed(), low: try reader.fixed())
    let bias = Int32(bitPattern: try reader.fixed())
    let window = Window(
      firstClosed: try reader.time(), lastClosed: try reader.time(), sessions: try reader.number(),
      achieving: try reader.number())
    guard window.achieving <= window.sessions else {
      throw PredictionFormError("more sessions achieve than there are")
    }
    let rows = try OutcomeModel.rows(&reader)
    let below = try OutcomeModel.below(&reader)
    let quality = try ModelQuality(&reader)
    guard reader.isAtEnd else { throw PredictionFormError("\(reader.remaining) bytes too many") }
    self.init(
      outcome: outcome, definition: definition, featureVersion: featureVersion, bias: bias, window: window,
      rows: rows, below: below, quality: quality)
  }

  private static func rows(_ reader: inout ByteReader) throws(PredictionFormError) -> [Row] {
    var rows: [Row] = []
    for _ in 0..<(try reader.count(most: maxRows, bytesEach: 6)) {
      guard let token = Token(bits: try reader.fixed()) else { throw PredictionFormError("token 0") }
      let weight = Int16(bitPattern: try reader.fixed())
      guard weight != 0 else { throw PredictionFormError("a row of weight 0") }
      rows.append(Row(token: token, weight: weight))
    }
    guard rows.areAscending else { throw PredictionFormError("rows that do not ascend") }
    return rows
  }

  private static func below(_ reader: inout ByteReader) throws(PredictionFormError) -> QuantileTable {
    var runs: [QuantileTable.Run] = []
    for _ in 0..<(try reader.count(most: Probability.indexCount, bytesEach: 4)) {
      runs.append(QuantileTable.Run(index: try reader.fixed(), share: try reader.fixed()))
    }
    guard let below = QuantileTable(runs: runs) else { throw PredictionFormError("quantiles do not ascend") }
    return below
  }
}

extension ModelQuality {
  fileprivate var numbers: [Int] {
    [
      sessions, achieving, predictions, logLoss, baseLogLoss, areaUnderCurve, calibrationError,
      observedToExpected,
    ]
  }

  fileprivate init(_ reader: inout ByteReader) throws(PredictionFormError) {
    sessions = try reader.number()
    achieving = try reader.number()
    predictions = try reader.number()
    logLoss = try reader.number()
    baseLogLoss = try reader.number()
    areaUnderCurve = try reader.number()
    calibrationError = try reader.number()
    observedToExpected = try reader.number()
  }
}
