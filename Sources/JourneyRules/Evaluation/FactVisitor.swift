public import JourneyModel

/// Who is shown what a session knows, fact by fact: rules today, whoever else reads facts later.
public protocol FactVisitor: AnyObject {
  /// The fields that it reads, a bit each by raw value.
  var sessionFields: UInt64 { get }
  /// Whether it reads custom attributes.
  var readsSessionAttributes: Bool { get }
  /// Whether it reads counts and identity.
  var readsSessionIdentity: Bool { get }

  /// A fact of which a session keeps one value: compact JSON, with its digest.
  func take(fact field: EventField, digest: UInt64, value: ByteSlice, of source: borrowing [UInt8])
  /// One of several values of a fact: compact JSON.
  func take(collected field: EventField, value: ByteSlice, of source: borrowing [UInt8])
  /// A custom attribute, or one value of a list: `{"dataType":…,"value":…}`.
  func take(attribute name: ByteSlice, value: ByteSlice, isList: Bool, of source: borrowing [UInt8])
  /// A number that the session counts.
  func take(count: FactKey.SessionCount, _ value: Int)
  /// A text of the session's identity, plain.
  func take(text: FactKey.SessionText, value: ByteSlice, of source: borrowing [UInt8])
}
