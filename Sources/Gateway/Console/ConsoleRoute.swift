internal import Bytes

/// What of the console is at which path.
enum ConsoleRoute: Hashable, Sendable {
  /// One page for all views: it reads its own address.
  case page
  case asset(String)
  /// The address without its last slash, from which relative links would lead elsewhere.
  case redirect
  case login

  /// Views, with the number of names that follow in the path.
  private static let views = [
    "customer": 2, "contact": 1, "conversation": 1, "session": 1, "live": 0, "operations": 0,
    "definitions": 0, "explain": 0,
  ]

  init?(path: String) {
    if path == "/v1/login" {
      self = .login
      return
    }
    var parts: [String] = []
    for part in path.utf8.split(separator: ASCII.slash, omittingEmptySubsequences: false).dropFirst() {
      guard let text = PercentText.decode(path: part) else { return nil }
      parts.append(text)
    }
    guard parts.first == "console" else { return nil }
    switch parts.count {
    case 1: self = .redirect
    case 2 where parts[1].isEmpty: self = .page
    case 3 where parts[1] == "assets" && ConsoleAssets.files[parts[2]] != nil: self = .asset(parts[2])
    default:
      guard ConsoleRoute.views[parts[1]] == parts.count - 2, !parts.contains("") else { return nil }
      self = .page
    }
  }

  /// The path with names for its variable parts: a label of metrics.
  var template: String {
    switch self {
    case .page: "/console/"
    case .asset: "/console/assets/{name}"
    case .redirect: "/console"
    case .login: "/v1/login"
    }
  }
}
