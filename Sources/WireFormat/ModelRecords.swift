package import EventLog
package import JourneyModel
internal import JourneyRules
package import Predictions

/// Records of the topic `models`: each model once under its hash, each set of them under its name, and
/// `current`, which says what is in force. A model takes a quarter of what the topic takes: it is one record.
///
/// | key | value |
/// |---|---|
/// | `model/<hash>` | the model's bytes, LZ4 |
/// | `set/<name>` | `ModelSet.manifest` |
/// | `current` | `{"v":1,"set":"<name>","revision":7,"trainedAt":"…"}` |
/// | `run/<revision>` | what a run of training took and what it came to; its form is `TrainingRecord`'s |
package enum ModelRecords {
  package static let currentKey = Array("current".utf8)
  private static let modelPrefix = "model/"
  private static let setPrefix = "set/"
  private static let runPrefix = "run/"

  /// What is in force.
  package struct Current: Sendable, Hashable {
    /// The name of the set.
    package var set: String
    /// The run that put it into force, by its number; these ascend.
    package var revision: Int
    package var trainedAt: EventTime

    package init(set: String, revision: Int, trainedAt: EventTime) {
      self.set = set
      self.revision = revision
      self.trainedAt = trainedAt
    }

    package func encoded() -> [UInt8] {
      Array(
        "{\"v\":1,\"set\":\"\(set)\",\"revision\":\(revision),\"trainedAt\":\"\(trainedAt.iso8601)\"}".utf8)
    }

    /// Reads what `encoded` wrote.
    package init(decoding bytes: [UInt8]) throws(CodecError) {
      let value = try ModelRecords.object(bytes, "current")
      guard case .string(let set) = value["set"], case .number(let number) = value["revision"],
        let revision = Int(number), case .string(let text) = value["trainedAt"],
        let time = EventTime(iso8601: text)
      else { throw CodecError("models: a current that names no set, revision and time") }
      self.init(set: set, revision: revision, trainedAt: time)
    }
  }

  /// What one record says.
  package enum Content {
    case current(Current)
    case model(hash: String, bytes: [UInt8])
    case set(name: String, Manifest)
    case run(revision: Int, bytes: [UInt8])
    /// What newer builds write.
    case unknown
  }

  /// Which models a set has.
  package struct Manifest: Sendable, Hashable {
    package var every: Int
    /// Their hashes.
    package var models: [String]
  }

  /// The records that put a set into force.
  package static func records(_ set: ModelSet, as current: Current, topic: String) -> OutputBatch {
    var records = OutputBatch()
    for model in set.models {
      records.append(
        topic, partition: 0, key: modelKey(model.hash.description), value: Compression.compress(model.bytes))
    }
    records.append(topic, partition: 0, key: setKey(set.name), value: set.manifest)
    records.append(topic, partition: 0, key: currentKey, value: current.encoded())
    return records
  }

  package static func modelKey(_ hash: String) -> [UInt8] { Array("\(modelPrefix)\(hash)".utf8) }
  package static func setKey(_ name: String) -> [UInt8] { Array("\(setPrefix)\(name)".utf8) }
  package static func runKey(_ revision: Int) -> [UInt8] { Array("\(runPrefix)\(revision)".utf8) }

  /// Reads a record.
  package static func read(key: [UInt8], value: [UInt8]) throws(CodecError) -> Content {
    if key == currentKey { return .current(try Current(decoding: value)) }
    let name = String(decoding: key, as: UTF8.self)
    if name.hasPrefix(modelPrefix) {
      return .model(
        hash: String(name.dropFirst(modelPrefix.count)), bytes: try Compression.decompress(value))
    }
    if name.hasPrefix(runPrefix) {
      return Int(name.dropFirst(runPrefix.count)).map { .run(revision: $0, bytes: value) } ?? .unknown
    }
    guard name.hasPrefix(setPrefix) else { return .unknown }
    let object = try object(value, name)
    guard case .number(let number) = object["every"], let every = Int(number), every > 0,
      every & (every - 1) == 0, case .array(let entries) = object["models"]
    else { throw CodecError("models: \(name) names no models") }
    var hashes: [String] = []
    for entry in entries {
      guard case .string(let hash) = entry["model"] else {
        throw CodecError("models: \(name) has an entry without a model")
      }
      hashes.append(hash)
    }
    guard hashes.count <= ModelTable.maxOutcomes else { throw CodecError("models: \(name) has too many") }
    return .set(name: String(name.dropFirst(setPrefix.count)), Manifest(every: every, models: hashes))
  }

  /// Joins the models of a set.
  ///
  /// - Parameter bytes: of each model, in the manifest's order.
  /// - Throws: if they do not give the set of this name.
  package static func set(_ name: String, every: Int, of bytes: [[UInt8]]) throws(CodecError) -> ModelSet {
    var models: [OutcomeModel] = []
    for one in bytes {
      do { models.append(try OutcomeModel(bytes: one)) } catch {
        throw CodecError("models: a model of set \(name) \(error)")
      }
    }
    let set = ModelSet(models, every: every)
    guard set.name == name else { throw CodecError("models: set \(name) reads as \(set.name)") }
    return set
  }

  private static func object(_ bytes: [UInt8], _ what: String) throws(CodecError) -> DefinitionValue {
    let value: DefinitionValue
    do { value = try DefinitionJSON.read(bytes) } catch {
      throw CodecError("models: \(what): \(error)")
    }
    guard case .number("1") = value["v"] else { throw CodecError("models: \(what) is of another version") }
    return value
  }
}
