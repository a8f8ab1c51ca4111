/// What valgrind's callgrind has counted: each function's own work, and that of its calls.
///
/// The form of the file: https://valgrind.org/docs/manual/cl-format.html. Only names and counts are read.
struct CallgrindProfile {
  struct Call: Hashable {
    var caller: Int
    var callee: Int
  }

  /// Names as the linker knows them, by number.
  private(set) var names: [String] = []
  /// Work of a function without its calls, by number.
  private(set) var own: [CostCounts] = []
  /// Work of a function's calls of another one, with all that those call.
  private(set) var calls: [Call: CostCounts] = [:]

  private var numbers: [String: Int] = [:]
  /// The file names a function once and refers to it by number then.
  private var references: [Substring: Int] = [:]

  init(text: String) {
    var current = 0
    var callee: Int?
    var isCall = false
    var members: [WritableKeyPath<CostCounts, Int>?] = [\.instructions]
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let line = Substring(line)
      if line.hasPrefix("events: ") {
        members = CostCounts.members(line.split(separator: " ").dropFirst().map { $0 })
      } else if line.hasPrefix("fn=") {
        current = function(line.dropFirst(3))
      } else if line.hasPrefix("cfn=") {
        callee = function(line.dropFirst(4))
      } else if line.hasPrefix("calls=") {
        isCall = true
      } else if let first = line.utf8.first, CallgrindProfile.beginsCost(first) {
        var cost = CostCounts()
        // Counts that are zero at the end of a line are left out.
        for (member, text) in zip(members, line.split(separator: " ").dropFirst()) {
          if let member { cost[keyPath: member] += Int(text) ?? 0 }
        }
        if isCall, let callee {
          calls[Call(caller: current, callee: callee), default: CostCounts()] += cost
        } else if own.indices.contains(current) {
          own[current] += cost
        }
        isCall = false
      }
    }
  }

  /// All work.
  var total: CostCounts { own.reduce(into: CostCounts()) { $0 += $1 } }

  /// All but what is done once a process.
  var ofEvents: CostCounts {
    zip(names, own).reduce(into: CostCounts()) { sum, function in
      if CostStage.of(function.0) != .once { sum += function.1 }
    }
  }

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
    own.append(CostCounts())
    numbers[name] = names.count - 1
    return names.count - 1
  }
}
