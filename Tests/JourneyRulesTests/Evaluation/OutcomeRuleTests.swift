import JourneyModel
import JourneyRules
import Testing

/// Outcomes: once per session, with what they were worth.
@Suite struct OutcomeRuleTests {
  private func value(_ dataType: Outcome.AssociatedValueField.DataType, _ attribute: ModelValue?) throws
    -> String?
  {
    let outcome = Outcome(
      id: "o", displayName: "", rule: Rule(journey: [Scene.named("paid")]),
      associatedValueField: Outcome.AssociatedValueField(dataType: dataType, name: "attributes.total.value"))
    let feed = try RuleFeed(CompiledRules(segments: [], outcomes: [outcome]))
    // Only the event that achieves it is asked.
    try feed.take("a", .attributes(["total": "7"]))
    let attributes = attribute.map {
      ModelValue.object([.init(name: "other", value: .number("1")), .init(name: "total", value: $0)])
    }
    let fired = try feed.take("b", "paid", .init(name: "attributes", value: attributes ?? .object([])))
    #expect(fired.map(\.kind) == [.outcome])
    #expect(try feed.take("c", "paid", .attributes(["total": "9"])).isEmpty)
    return fired.first?.associatedValue
  }

  @Test func theValueIsANumberOfTheEventAsWritten() throws {
    #expect(try value(.number, .number("49.90")) == "49.90")
    #expect(try value(.number, .string("49.90")) == "49.90")
    #expect(try value(.number, .string("many")) == nil)
    #expect(try value(.number, nil) == nil)
    #expect(try value(.integer, .number("49")) == "49")
    // However it is written.
    #expect(try value(.integer, .number("49.0")) == "49")
    #expect(try value(.integer, .number("4.9e1")) == "49")
    #expect(try value(.integer, .string("-049.00")) == "-49")
    #expect(try value(.integer, .number("49.90")) == nil)
  }
}
