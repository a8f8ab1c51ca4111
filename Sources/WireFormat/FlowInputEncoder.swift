internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// Encodes one input of an offered flow: `{"name":…,"attributeType":…,"value":…}`.
///
/// A class, since it is reached for every offer.
final class FlowInputEncoder: Sendable {
  /// Up to the value.
  private let head: [UInt8]
  private let type: ActionMap.FlowInput.AttributeType
  private let source: Source

  private enum Source {
    /// The same for every session, as JSON.
    case constant([UInt8])
    /// Who a session is or whose, for which no document has to be made.
    case identity(SessionLookup.Identity)
    case path(String)
  }

  init(_ input: ActionMap.FlowInput) {
    var head: [UInt8] = []
    head.append("{\"name\":")
    JSONText.append(input.name, to: &head)
    head.append(",\"attributeType\":\"")
    head.append(contentsOf: input.type.rawValue.utf8)
    head.append("\",\"value\":")
    self.head = head
    type = input.type
    switch input.source {
    case .hardCoded(let text):
      source = .constant(Array(SessionLookup.typed(.string(text), input.type).utf8))
    case .lookup(let path):
      source = SessionLookup.Identity(path: path).map { .identity($0) } ?? .path(path)
    }
  }

  /// Appends the input, `null` where the session has nothing there, or nothing of the type.
  ///
  /// - Parameters:
  ///   - left: how many bytes values may still take; one that takes more is left out: `null,"omitted":true`.
  ///   - document: the session as its snapshot shows it.
  func append(
    of session: Session, left: inout Int, to bytes: inout [UInt8], document: () -> DefinitionValue?
  ) {
    bytes.append(all: head)
    let start = bytes.count
    switch source {
    case .constant(let value): bytes.append(all: value)
    case .identity(let identity):
      if type == .string {
        identity.append(of: session, to: &bytes)
      } else {
        let text = SessionLookup.typed(.string(identity.text(of: session)), type)
        bytes.append(contentsOf: text.utf8)
      }
    case .path(let path):
      let value = document().flatMap { SessionLookup.find(path, in: $0) }
      bytes.append(contentsOf: SessionLookup.typed(value, type).utf8)
    }
    let count = bytes.count - start
    guard count <= left else {
      bytes.removeSubrange(start...)
      return bytes.append("null,\"omitted\":true}")
    }
    left -= count
    bytes.append(ASCII.closeBrace)
  }
}
