import JourneyModel
import JourneyRules
import Testing

@Suite("Samples")
struct SampleTests {
  @Test("Every sample loads alone, with no error and no warning")
  func eachLoads() throws {
    let samples = try Samples.all()
    #expect(samples.count == 30)
    for sample in samples {
      let reading = DefinitionReader().read(sample)
      #expect(reading.entries.count == 1, "\(sample.file): \(reading.findings)")
      #expect(reading.findings.allSatisfy { $0.severity == .note }, "\(reading.findings)")
    }
  }

  @Test("All samples together may run; a template and an outcome that they name are not among them")
  func allTogether() throws {
    let check = DefinitionCheck(try Samples.all())
    let bundle = try #require(check.bundle)
    #expect(check.count(.error) == 0)
    let outcome = "d2e8118f-e803-56fb-b095-8a254b0eaf23"
    let map = "actionmaps/map-outcome-probability-quantile: warning: $.triggerWithOutcome"
    #expect(
      check.findings.filter { $0.severity == .warning }.map { "\($0)" } == [
        "actionmaps/doc-minimise-call-70: warning: $.triggerWithOutcomeProbabilityConditions[0].outcomeId is "
          + "'f69216fc-12f6-5b5d-a442-9f4e2396bb62', expected the id of an outcome with a predictor: "
          + "without one the condition stays false",
        "actionmaps/map-content-offer: warning: $.action.actionTemplate.id is "
          + "'84cdf5ce-9b76-4e67-a76a-4adb116f7bf9', expected the id of an actionTemplate of this set: "
          + "the trigger will carry the id alone",
        "\(map)ProbabilityConditions[0].outcomeId is '\(outcome)', expected the id of an outcome of this set: "
          + "the condition stays false",
        "\(map)QuantileConditions[0].outcomeId is '\(outcome)', expected the id of an outcome of this set: "
          + "the condition stays false",
      ])
    #expect(bundle.segments.count == 15)
    #expect(bundle.outcomes.count == 4)
    #expect(bundle.actionMaps.count == 8)
    #expect(bundle.actionTemplates.count == 2)
    #expect(bundle.predictors.count == 1)
  }

  @Test("A segment has everything that its sample says")
  func segment() throws {
    let reading = DefinitionReader().read(try Samples.document("segments/seg-context-and-journey-expiry1"))
    let expected = Segment(
      id: "3d415c2b-6fab-5618-bae2-1c57e0dd7252", version: 1, isActive: true,
      displayName: "seg-context-and-journey-expiry1", color: "#008000", scope: .session,
      shouldDisplayToAgent: false,
      rule: Rule(
        context: [
          ContextPattern(criteria: [
            Criterion(
              key: "geolocation.postalCode", values: ["something"], operator: .equal, shouldIgnoreCase: true)
          ])
        ],
        journey: [
          JourneyPattern(
            criteria: [
              Criterion(
                key: "page.hostname", values: ["something_else"], operator: .equal, shouldIgnoreCase: false)
            ], count: 1, stream: .web, sessionType: "web")
        ]), assignmentExpirationDays: 1)
    #expect(reading.entries.map(\.definition) == [.segment(expected)])
  }

  @Test("A map has everything that its sample says")
  func map() throws {
    let reading = DefinitionReader().read(try Samples.document("actionmaps/map-architect-flow-mappings"))
    let expected = ActionMap(
      id: "4370c518-33db-5d7a-ae0d-dd5f388c752c", displayName: "map-architect-flow-mappings",
      triggerWithSegments: ["53649761-a497-56ae-8839-75811f8cca5a"],
      action: ActionMap.Action(
        mediaType: .architectFlow, flowID: "aeecc2a7-ff22-58b5-a893-d31d541dd886",
        flowInputs: [
          .init(name: "Name_1", type: .string, source: .lookup(path: "session.id")),
          .init(name: "Name_2", type: .integer, source: .hardCoded(text: "999")),
        ]),
      startDate: EventTime(iso8601: "2022-07-04T12:00:00Z"))
    #expect(reading.entries.map(\.definition) == [.actionMap(expected)])
  }

  @Test("Delays, dates, page conditions and predictions of the samples")
  func mapDetails() throws {
    let bundle = try #require(DefinitionCheck(try Samples.all()).bundle)
    func map(_ name: String) throws -> ActionMap {
      try #require(bundle.actionMaps.first { $0.displayName == name })
    }
    #expect(try map("map-delay-60s").activation == .delay(seconds: 60))
    let window = try map("map-url-containsAll-window")
    #expect(window.pageURLConditions == [.init(values: ["some_value"], operator: .containsAll)])
    #expect(window.endDate == EventTime(iso8601: "2022-07-20T19:00:00Z"))
    let predictions = try map("map-outcome-probability-quantile").triggerWithOutcomeConditions
    #expect(predictions.map(\.measure) == [.probability, .quantile])
    #expect(predictions.map(\.maximum) == [0.333, 0.333])
    #expect(try map("map-content-offer").action.templateID == "84cdf5ce-9b76-4e67-a76a-4adb116f7bf9")
    let value = try #require(bundle.outcomes.first { $0.displayName == "doc-purchase-value" })
    #expect(value.associatedValueField == .init(dataType: .number, name: "attributes.totalValue.value"))
    #expect(bundle.outcomes.first { $0.displayName == "doc-calls-support" }?.isPositive == false)
    let external = try #require(bundle.segments.first { $0.displayName == "seg-customer-external-adobe" })
    #expect(external.scope == .customer)
    #expect(external.externalSegment?.source == .adobeExperiencePlatform)
    let delivery = try #require(bundle.segments.first { $0.displayName == "doc-delivery-in-transit" })
    #expect(delivery.rule.journey.first?.stream == .custom)
    #expect(delivery.rule.journey.first?.sessionType == "delivery")
    let template = try #require(bundle.actionTemplates.first { $0.name == "example_action_template_name" })
    #expect(template.contentOffer?.callToAction?.target == .`self`)
    #expect(template.contentOffer?.style?["closeButton"]?["opacity"] == .number("0.52"))
  }
}
