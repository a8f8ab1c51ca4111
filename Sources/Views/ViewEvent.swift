/// What happens to a view that somebody should hear of.
package enum ViewEvent: Sendable, Hashable {
  /// The file is made anew from the topics, and why.
  case madeAnew(String)
  /// The log or the file does not answer, or topics are missing; it is tried again.
  case waiting(String)
  /// Everything that was in the topics is in the view.
  case caughtUp(sessions: Int)
  /// A record is not what its topic holds; it is left out.
  case unreadable(String)
}

/// Why a view cannot answer.
package enum ViewError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file is not what it should be; it is made anew.
  case damaged(String)
  /// It cannot be read or written now.
  case unavailable(String)

  package var description: String {
    switch self {
    case .damaged(let text), .unavailable(let text): text
    }
  }
}
