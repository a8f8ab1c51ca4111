/// A file that a command was given and that cannot be read to its end: which, and why.
struct FileProblem: Error, CustomStringConvertible {
  var path: String
  var reason: String

  var description: String { "\(path): \(reason)" }
}
