import SeededGenerator
import Testing

@testable import Views

@Suite("View: changes")
struct ChangeLogTests {
  private func change(_ number: Int, customer: String = "ada", isGone: Bool = false) -> SessionChange {
    SessionChange(
      id: "s\(number)", isGone: isGone, type: "web", customerIDType: "cookie", customerID: customer)
  }

  @Test("Whoever is one change further behind than is kept has lost some", arguments: [-1, 0, 1])
  func tooFarBehind(further: Int) {
    var log = ChangeLog(capacity: 10)
    for number in 1...25 { log.append(change(number)) }
    #expect(log.first == 16 && log.last == 25)
    let backlog = log.backlog(after: 15 - further, maxSessions: 100) { _ in true }
    guard further <= 0 else {
      #expect(backlog == .lost)
      return
    }
    guard case .pending(let sessions, let last) = backlog else {
      Issue.record("\(backlog)")
      return
    }
    #expect(sessions.map(\.first) == Array((16 - further)...25) && last == 25)
  }

  @Test("More sessions than somebody may be behind are lost", arguments: [-1, 0, 1])
  func tooMany(more: Int) {
    var log = ChangeLog(capacity: 100)
    for number in 0..<(8 + more) { log.append(change(number)) }
    #expect((log.backlog(after: 0, maxSessions: 8) { _ in true } == .lost) == (more > 0))
  }

  @Test func aNumberOfTheFutureIsOfAnotherLog() {
    var log = ChangeLog(capacity: 10)
    #expect(log.backlog(after: 0, maxSessions: 8) { _ in true } == .nothing(upTo: 0))
    log.append(change(1))
    #expect(log.backlog(after: 1, maxSessions: 8) { _ in true } == .nothing(upTo: 1))
    #expect(log.backlog(after: 2, maxSessions: 8) { _ in true } == .lost)
  }

  @Test func aSessionIsToldOnceAsItIsByItsNewestChange() {
    var log = ChangeLog(capacity: 10)
    log.append(change(1))
    log.append(change(2, customer: "bob"))
    log.append(change(3))
    log.append(change(1, isGone: true))
    #expect(
      log.backlog(after: 0, maxSessions: 8) { $0.customerID == "ada" }
        == .pending(
          [.init(first: 1, change: change(1, isGone: true)), .init(first: 3, change: change(3))], last: 4))
    #expect(log.backlog(after: 0, maxSessions: 8) { $0.customerID == "eve" } == .nothing(upTo: 4))
  }

  /// The oracle keeps every change for ever.
  @Test(arguments: 0..<20)
  func asAPlainLookAtAllChanges(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let capacity = Int(random.pick(1...40))
    var log = ChangeLog(capacity: capacity)
    var all: [SessionChange] = []
    for _ in 0..<200 {
      let next = change(
        Int(random.pick(0...12)), customer: random.pick(["ada", "bob"]), isGone: random.chance(20))
      log.append(next)
      all.append(next)
      let after = Int(random.pick(0...Int64(all.count)))
      let most = Int(random.pick(1...12))
      let found = log.backlog(after: after, maxSessions: most) { $0.customerID == "ada" }
      var order: [String] = []
      var first: [String: Int] = [:]
      var newest: [String: SessionChange] = [:]
      for number in after..<all.count where all[number].customerID == "ada" {
        let id = all[number].id
        if first[id] == nil {
          first[id] = number + 1
          order.append(id)
        }
        newest[id] = all[number]
      }
      if all.count - after > capacity || order.count > most {
        #expect(found == .lost)
      } else if order.isEmpty {
        #expect(found == .nothing(upTo: all.count))
      } else {
        let pending = order.compactMap { id in
          first[id].flatMap { number in
            newest[id].map { ChangeLog.Pending(first: number, change: $0) }
          }
        }
        #expect(found == .pending(pending, last: all.count))
      }
    }
  }

  @Test(arguments: [
    ("1-0", true), ("zz-12", true), ("", false), ("-", false), ("1-", false), ("1--2", false), ("1-x", false),
    ("1-99999999999999999999", false), ("!-1", false), ("1-1-1", false),
  ])
  func positionsAreRead(text: String, isOne: Bool) {
    let position = ViewChanges.Position(text)
    #expect((position != nil) == isOne)
    if let position { #expect(position.text == text) }
  }
}
