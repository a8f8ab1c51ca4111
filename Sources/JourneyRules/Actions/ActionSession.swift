public import JourneyModel

/// What action maps may ask of a session.
public protocol ActionSession {
  /// Its id.
  var id: SessionID { get }
  /// Whether its visitor may still be there: offers on a page are made to nobody else.
  var isOpen: Bool { get }
  /// The page that the visitor was on last, as compact JSON in an array of bytes; `nil` if none is known.
  var lastPage: (value: ByteSlice, bytes: [UInt8])? { get }
}
