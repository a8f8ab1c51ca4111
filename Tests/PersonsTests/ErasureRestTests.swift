import Identity
import JourneyModel
import LogTools
import Sessionizer
import Testing
import WireFormat

/// What an erasure leaves in `state` by design is told apart from what it should have taken.
@Suite struct ErasureRestTests {
  private let id = ContactID(text: Array("09ea33b7-0f39-56bf-a84c-8c8dd3f25440".utf8))

  /// What `state` has of the id.
  private func stored(_ node: NodeRef?, _ root: NodeRef) -> [UInt8] {
    let sessionizer = Sessionizer(settings: SessionSettings())
    let value = sessionizer.makePerson(.contact, id.text, at: EventTime(milliseconds: 1_767_607_200_000))
    guard case .contact(let record) = value.content else { return [] }
    record.register = AliasRegister(id, Alias(id, node, RootVersion(root: root, revision: 1)))
    return Compression.compress(StateCodec.encoded(value))
  }

  /// The lane of a contact's id remembers that it stands for nobody any more.
  @Test func anIDThatStandsForNobodyIsNothingThatWasLeft() {
    let root = NodeRef(Identifier(type: .email, value: Array("ada@example.com".utf8)).key, lane: 3)
    #expect(ErasureScan.standsForNobody(stored(nil, root)))
    #expect(!ErasureScan.standsForNobody(stored(root, root)), "she is still known by it")
  }

  @Test func whatIsNoContactsIDIsNone() {
    // Neither what is no value, nor a damaged one.
    let root = NodeRef(Identifier(type: .email, value: Array("ada@example.com".utf8)).key, lane: 3)
    #expect(!ErasureScan.standsForNobody(Array(stored(nil, root).dropLast(3))))
    #expect(!ErasureScan.standsForNobody([]))
    #expect(!ErasureScan.standsForNobody(Array("09ea33b7".utf8)))
  }
}
