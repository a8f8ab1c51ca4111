/// What valgrind's callgrind has counted: each function's own instructions, and those of its calls.
///
/// The form of the file: https://valgrind.org/docs/manual/cl-format.html. Only names and the first event, the
/// instructions, are read.
struct CallgrindProfile {
  struct Call: Hashable {
    var caller: Int
    var callee: Int
  }

  /// Names as the linker knows them, by number.
  private(set) var names: [String] = []
  /// Instructions of a function without its calls, by number.
  private(set) var own: [Int] = []
  /// Instructions of a function's calls of another one, with all that those call.
  private(set) var calls: [Call: Int] = [:]

  private var numbers: [String: Int] = [:]
  /// The file names a function once and refers to it by number then.
  private var references: [Substring: Int] = [:]

  init(text: String) {
    var current = 0
    var callee: Int?
    var isCall = false
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let line = Substring(line)
      if line.hasPrefix("fn=") {
        current = function(line.dropFirst(3))
      } else if line.hasPrefix("cfn=") {
        callee = function(line.dropFirst(4))
      } else if line.hasPrefix("calls=") {
        isCall = true
      } else if let first = line.utf8.first, CallgrindProfile.beginsCost(first) {
        let cost = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        if isCall, let callee {
          calls[Call(caller: current, callee: callee), default: 0] += cost
        } else if own.indices.contains(current) {
          own[current] += cost
        }
        isCall = false
      }
    }
  }

  /// All instructions.
  var total: Int { own.reduce(0, +) }

  /// A line of costs begins with a line's number, or with how far it is from the one before.
  private static func beginsCost(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "+")
      || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "*")
  }

  /// The number of `(12) name` or `(12)`.
  private mutating func function(_ text: Substring) -> Int {
    guard let end = text.firstIndex(of: ")") else { return named(String(text)) }
    let reference = text[...end]
    let name = text[text.index(after: end)...].drop { $0 == " " }
    if !name.isEmpty { references[reference] = named(String(name)) }
    return references[reference] ?? named(String(reference))
  }

  private mutating func named(_ name: String) -> Int {
    if let number = numbers[name] { return number }
    names.append(name)
    own.append(0)
    numbers[name] = names.count - 1
    return names.count - 1
  }
}
