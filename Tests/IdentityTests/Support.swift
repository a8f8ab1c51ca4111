import Foundation
import Identity
import JourneyModel

/// How many random cases a property looks at: `IDENTITY_CASES`, else few enough for every run. The full count
/// is 100000.
let randomCases = ProcessInfo.processInfo.environment["IDENTITY_CASES"].flatMap { Int($0) } ?? 1_000

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func time(_ milliseconds: Int64) -> EventTime { EventTime(milliseconds: milliseconds) }

func stamp(_ milliseconds: Int64, _ id: String = "e") -> Stamp { Stamp(time(milliseconds), bytes(id)) }

func email(_ local: String) -> Identifier { Identifier(type: .email, value: bytes("\(local)@example.com")) }

func phone(_ number: Int) -> Identifier {
  Identifier(type: .phone, value: bytes("+1555010\(String(number + 10_000).dropFirst())"))
}

func external(_ id: String, _ source: String = "crm") -> Identifier {
  Identifier(type: .externalID, value: bytes(id), source: bytes(source))
}

func cookie(_ id: String) -> Identifier { Identifier(type: .cookie, value: bytes(id)) }

func pair(_ one: Identifier, _ other: Identifier) -> IdentifierPair {
  guard let pair = IdentifierPair(one.key, other.key) else { fatalPair(one) }
  return pair
}

private func fatalPair(_ identifier: Identifier) -> Never {
  preconditionFailure("a pair of \(text(identifier.value)) and itself")
}

func link(
  _ one: Identifier, _ other: Identifier, _ strength: EvidenceStrength = .observed, at: Int64 = 1,
  id: String = "e"
) -> Assertion {
  Assertion(link: pair(one, other), strength, stamp(at, id))
}

func separation(_ one: Identifier, _ other: Identifier, at: Int64, id: String = "c") -> Assertion {
  Assertion(separation: pair(one, other), stamp(at, id))
}

/// A cluster of identifiers that were first seen in the order in which they stand here.
func cluster(_ identifiers: [Identifier], _ assertions: [Assertion], shared: [Identifier] = []) -> Cluster {
  Cluster(
    members: identifiers.enumerated().map { Member($1, at: time(Int64($0) + 1)) }, assertions: assertions,
    shared: shared.map { SharedMark($0.key, at: time(1)) })
}
