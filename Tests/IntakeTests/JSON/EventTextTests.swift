import Foundation
import SeededGenerator
import Testing

@testable import Intake

/// What is added to events leaves the client's own bytes as they are.
@Suite struct EventTextTests {
  private func event(_ text: String) throws -> EventText {
    EventText(try #require(JSONObject(Array(text.utf8))))
  }

  private func text(_ event: EventText) -> String { String(decoding: event.composed(), as: UTF8.self) }

  @Test("Defaults, finals and both, around nothing and around something")
  func composing() throws {
    for (own, inside) in [("{}", ""), ("{ }", " "), (#"{"a":1 }"#, #""a":1 "#)] {
      let comma = inside.contains("a") ? "," : ""
      var one = try event(own)
      #expect(text(one) == own)
      one.setDefault("d", json: Array("1".utf8))
      #expect(text(one) == #"{"d":1\#(comma)\#(inside)}"#)
      one.setFinal("f", json: Array("2".utf8))
      #expect(text(one) == #"{"d":1\#(comma)\#(inside),"f":2}"#)
      var other = try event(own)
      other.setFinal("f", json: Array("2".utf8))
      #expect(text(other) == #"{\#(inside)\#(comma)"f":2}"#)
    }
  }

  @Test("The member that counts: the last, in the event or in its body")
  func facts() throws {
    let one = try event(#"{"page":{"a":1},"webEvent":{"page":{"b":2},"x":"in"},"page":"text","x":null}"#)
    #expect(one.nested("page")?["b"] != nil && one.text("x") == Array("in".utf8))
    #expect(one.facts("page").count == 3)
    let behind = try event(#"{"x":"first","webEvent":{"x":"in"},"x":"last"}"#)
    #expect(behind.text("x") == Array("last".utf8))
  }

  @Test("An object gets what it lacks, the last of its name")
  func completing() throws {
    var members = ObjectWriter()
    members.add("a", text: "1")
    members.add("b", text: "2")
    var one = try event(#"{"o":{},"o":{"b":null,"a":7}}"#)
    one.complete("o", members)
    #expect(text(one) == #"{"o":{},"o":{"b":"2","b":null,"a":7}}"#)
    var empty = try event(#"{"o":{ }}"#)
    empty.complete("o", members)
    #expect(text(empty) == #"{"o":{"a":"1","b":"2" }}"#)
    var full = try event(#"{"o":{"a":1,"b":1}}"#)
    full.complete("o", members)
    #expect(text(full) == #"{"o":{"a":1,"b":1}}"#)
  }
}
