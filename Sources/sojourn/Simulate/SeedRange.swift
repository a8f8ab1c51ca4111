import ArgumentParser

/// `A..B`, or one number.
struct SeedRange: ExpressibleByArgument {
  var first: UInt64
  var last: UInt64

  var count: Int { Int(last - first) + 1 }

  init(first: UInt64, last: UInt64) {
    self.first = first
    self.last = last
  }

  init?(argument: String) {
    let parts = argument.split(separator: ".", omittingEmptySubsequences: true)
    guard let first = parts.first.flatMap({ UInt64($0) }), let last = parts.last.flatMap({ UInt64($0) }),
      parts.count == 1 || (parts.count == 2 && argument.contains("..")), first <= last,
      last - first < 1_000_000_000
    else { return nil }
    self.init(first: first, last: last)
  }

  var defaultValueDescription: String { "\(first)..\(last)" }
}
