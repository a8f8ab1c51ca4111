import JourneyRules
import SeededGenerator
import Testing
import WireFormat

@Suite("DefinitionBundle")
struct DefinitionBundleTests {
  @Test("Canonical bytes read as the same bundle again")
  func roundTrip() throws {
    let bundle = try #require(DefinitionCheck(try Samples.all()).bundle)
    let value = try DefinitionJSON.read(bundle.bytes)
    let again = try #require(DefinitionCheck([DefinitionDocument(file: "bundle", value: value)]).bundle)
    #expect(again.bytes == bundle.bytes)
    #expect(again.hash == bundle.hash)
    #expect(again.entries.map(\.definition) == bundle.entries.map(\.definition))
    #expect(again.entries.map(\.canonical) == bundle.entries.map(\.canonical))
  }

  @Test("Each canonical definition reads as the same definition again, alone")
  func eachRoundTrip() throws {
    for entry in try #require(DefinitionCheck(try Samples.all()).bundle).entries {
      let value = try DefinitionJSON.read(entry.canonicalBytes)
      let again = DefinitionReader().read(DefinitionDocument(file: "x", value: value))
      #expect(again.entries.map(\.definition) == [entry.definition])
      #expect(again.entries.map(\.canonicalBytes) == [entry.canonicalBytes])
    }
  }

  @Test("Neither the order of documents nor that of members reaches the bytes")
  func order() throws {
    var samples = try Samples.all()
    let bundle = try #require(DefinitionCheck(samples).bundle)
    var generator = SeededGenerator(seed: 4)
    for _ in 0..<20 {
      samples.shuffle(using: &generator)
      for index in samples.indices { samples[index].value = shuffled(samples[index].value, &generator) }
      let other = try #require(DefinitionCheck(samples).bundle)
      #expect(other.bytes == bundle.bytes)
      #expect(other.hash == bundle.hash)
    }
  }

  private func shuffled(_ value: DefinitionValue, _ generator: inout SeededGenerator) -> DefinitionValue {
    switch value {
    case .object(let members):
      .object(
        members.map { .init($0.name, shuffled($0.value, &generator)) }.shuffled(using: &generator))
    case .array(let values): .array(values.map { shuffled($0, &generator) })
    default: value
    }
  }

  @Test("Canonical form of one definition, byte by byte")
  func golden() throws {
    let reading = try Samples.read(
      #"""
      {"selfUri": "/api/v2/journey/segments/s", "displayName": "Chrome \"é\" \u00e9", "id": "s", "modifiedDate": "2026-01-01T00:00:00Z",
       "description": null, "journey": {"patterns": []}, "context": {"patterns": [{"criteria": [
         {"values": ["Chrome"], "key": "browser.family", "x": null}]}]}}
      """#)
    #expect(
      reading.entries.map(\.canonical.json) == [
        #"{"context":{"patterns":[{"criteria":[{"key":"browser.family","values":["Chrome"]}]}]},"#
          + #""displayName":"Chrome \"é\" é","id":"s","journey":{"patterns":[]},"kind":"segment","version":1}"#
      ])
    let bundle = try #require(
      DefinitionCheck([
        try Samples.document(
          json:
            #"[{"kind":"outcome","id":"b","displayName":"B"},{"kind":"segment","id":"z","displayName":"Z"},{"kind":"segment","id":"Z","displayName":"Z","version":7}]"#
        )
      ]).bundle)
    #expect(
      String(decoding: bundle.bytes, as: UTF8.self)
        == #"{"caseFolding":"unicode-14.0","entities":[{"displayName":"Z","id":"Z","kind":"segment","version":7},{"displayName":"Z","id":"z","kind":"segment","version":1},"#
        + #"{"displayName":"B","id":"b","kind":"outcome","version":1}]}"#)
    #expect(bundle.hash == DefinitionHash(of: bundle.bytes))
  }

  @Test("The hash is the first half of SHA-1 of the bytes")
  func hash() {
    // RFC 3174's first test: a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d.
    #expect("\(DefinitionHash(of: Array("abc".utf8)))" == "a9993e364706816aba3e25717850c26c")
    #expect(DefinitionBundle.empty.bytes == Array(#"{"caseFolding":"unicode-14.0","entities":[]}"#.utf8))
  }

  @Test("Any change of meaning changes the hash; what only the server says does not")
  func changes() throws {
    func hash(_ members: String) throws -> DefinitionHash? {
      DefinitionCheck([
        try Samples.document(json: #"{"kind":"segment","id":"s","displayName":"S"\#(members)}"#)
      ]).bundle?.hash
    }
    let plain = try #require(try hash(""))
    #expect(
      try hash(#","selfUri":"/x","createdDate":"2026-01-01T00:00:00Z","version":1,"color":null"#) == plain)
    for members in [#","version":2"#, #","isActive":false"#, ##","color":"#000000""##, #","unknown":1"#] {
      let changed = try #require(try hash(members))
      #expect(changed != plain)
    }
  }

  @Test("Configuration of an open action is kept whole")
  func configuration() throws {
    let map = try Samples.definition(
      #"{"kind":"actionMap","id":"m","displayName":"M","action":{"mediaType":"openAction","openActionFields":{"openAction":{"id":"a","name":"A"},"configurationFields":{"b":null,"a":[1.50,{"c":null}]}}}}"#
    )
    guard case .actionMap(let map) = map else {
      Issue.record("no map")
      return
    }
    #expect(map.action.openAction?.id == "a")
    #expect(map.action.openAction?.configurationFields.json == #"{"a":[1.50,{"c":null}],"b":null}"#)
    let entry = try Samples.read(
      #"{"kind":"actionMap","id":"m","displayName":"M","action":{"mediaType":"openAction","openActionFields":{"openAction":{"id":"a"},"configurationFields":{"b":null}}}}"#
    ).entries.first
    #expect(entry?.canonical.json.contains(#""configurationFields":{"b":null}"#) == true)
  }
}
