import JourneyModel
import JourneyRules
import LogTools
import Processor

/// An explanation as one JSON object, for machines.
struct ExplanationJSON {
  let explanation: Explanation

  /// One line.
  var line: String {
    var bytes: [UInt8] = []
    value.appendJSON(to: &bytes, sorted: false)
    return String(decoding: bytes, as: UTF8.self)
  }

  private typealias Member = DefinitionValue.Member

  private var value: DefinitionValue {
    let definition = explanation.definition
    var members = [
      Member("session", subject),
      Member(
        "definition",
        .object([
          Member("kind", .string(definition.kind.rawValue)), Member("id", .string(definition.id)),
          Member("displayName", .string(definition.displayName)),
          Member("version", number(definition.version)),
          Member("isActive", .bool(definition.isActive)),
        ])),
      Member("held", .bool(explanation.held)),
    ]
    if let moment = explanation.moment { members += self.members(moment) }
    if let expires = explanation.expires { members.append(Member("expires", .string(expires.iso8601))) }
    members += [
      Member("isExpired", .bool(explanation.isExpired)), Member("isOrdered", .bool(explanation.isOrdered)),
      Member("context", .array(explanation.context.map(pattern))),
      Member("journey", .array(explanation.journey.map(pattern))),
    ]
    if !explanation.segments.isEmpty {
      members.append(Member("segments", .array(explanation.segments.map(segment))))
    }
    if !explanation.predictions.isEmpty {
      members.append(Member("predictions", .array(explanation.predictions.map(prediction))))
    }
    members.append(Member("happenings", .array(explanation.happenings.map(happening))))
    if explanation.pages.asked > 0 {
      members.append(Member("pages", .object(self.members(explanation.pages))))
    }
    if let prediction = explanation.prediction {
      members.append(Member("prediction", ExplanationJSON.value(prediction)))
    }
    members.append(Member("notes", texts(explanation.notes)))
    return .object(members)
  }

  private var subject: DefinitionValue {
    let subject = explanation.subject
    var members = [Member("id", .string(subject.id))]
    if let asked = subject.asked { members.append(Member("asked", .string(asked))) }
    if !subject.merged.isEmpty { members.append(Member("merged", texts(subject.merged))) }
    members += [
      Member("type", .string(subject.type)), Member("customerId", .string(subject.customer.id)),
      Member("customerIdType", .string(subject.customer.idType)),
      Member("eventCount", number(subject.eventCount)), Member("eventsRead", number(subject.events.count)),
      Member("first", .string(subject.first.iso8601)), Member("last", .string(subject.last.iso8601)),
      Member("isOpen", .bool(subject.isOpen)),
      Member(
        "eventNames",
        .array(
          subject.names.map {
            .object([Member("name", .string($0.name)), Member("count", number($0.count))])
          })
      ),
    ]
    return .object(members)
  }

  private func pattern(_ finding: Explanation.PatternFinding) -> DefinitionValue {
    var members = [Member("number", number(finding.number))]
    if let pattern = finding.pattern {
      members += [
        Member("streamType", .string(pattern.stream.streamType)),
        Member("sessionType", .string(pattern.sessionType)),
      ]
      if let name = pattern.eventName { members.append(Member("eventName", .string(name))) }
      members += [
        Member("required", number(pattern.count)), Member("counted", number(finding.counted)),
        Member("inScope", number(finding.scope.count)), Member("isComplete", .bool(finding.isComplete)),
        Member("events", texts(finding.events)),
      ]
    } else {
      members.append(Member("holds", .bool(finding.isComplete)))
    }
    members += self.members(finding.hits)
    if let why = finding.why { members.append(Member("why", .string(why))) }
    members.append(Member("criteria", .array(finding.criteria.map(criterion))))
    return .object(members)
  }

  private func criterion(_ finding: Explanation.CriterionFinding) -> DefinitionValue {
    let criterion = finding.criterion
    var members = [
      Member("key", .string(criterion.key)), Member("operator", .string(criterion.operator.rawValue)),
      Member("values", texts(criterion.values)),
      Member("shouldIgnoreCase", .bool(criterion.shouldIgnoreCase)),
    ]
    members += self.members(finding.hits) + self.members(finding.seen)
    if let why = finding.why { members.append(Member("why", .string(why))) }
    return .object(members)
  }

  private func segment(_ segment: Explanation.TriggerSegment) -> DefinitionValue {
    var members = [Member("id", .string(segment.id))]
    if let name = segment.displayName { members.append(Member("displayName", .string(name))) }
    members.append(Member("isAssigned", .bool(segment.assigned != nil)))
    if let time = segment.assigned { members.append(Member("time", .string(time.iso8601))) }
    members.append(Member("isExpired", .bool(segment.isExpired)))
    return .object(members)
  }

  private func prediction(_ prediction: Explanation.TriggerPrediction) -> DefinitionValue {
    let condition = prediction.condition
    var members = [Member("outcome", .string(condition.outcomeID))]
    if let name = prediction.displayName { members.append(Member("displayName", .string(name))) }
    members += [
      Member("measure", .string("\(condition.measure)")),
      Member("maximum", .number("\(condition.maximum)")),
    ]
    if let fallback = condition.fallback { members.append(Member("fallback", .number("\(fallback)"))) }
    members.append(Member("held", .bool(prediction.held)))
    if let said = prediction.said {
      members += [
        Member("newest", .number("\(said.newest)")), Member("highest", .number("\(said.highest)")),
      ]
    }
    members.append(Member("isAchieved", .bool(prediction.isAchieved)))
    return .object(members)
  }

  private func happening(_ happening: Explanation.Happening) -> DefinitionValue {
    var members = [Member("what", .string(happening.word))]
    if let reason = happening.reason { members.append(Member("reason", .string(reason))) }
    members += self.members(happening.hits)
    members += [Member("because", happening.because), Member("detail", happening.detail)]
    return .object(members)
  }

  /// How often, first and last.
  private func members(_ hits: Hits) -> [Member] {
    var members = [Member("count", number(hits.count))]
    if let first = hits.first { members.append(Member("first", .object(self.members(first)))) }
    if let last = hits.last { members.append(Member("last", .object(self.members(last)))) }
    return members
  }

  private func members(_ seen: SeenValues) -> [Member] {
    [
      Member("asked", number(seen.asked)), Member("missing", number(seen.missing)),
      Member(
        "seen",
        .array(
          seen.kept.map { one in
            .object(
              [
                Member("values", texts(one.values)), Member("holds", .bool(one.holds)),
                Member("count", number(one.count)),
              ] + members(one.last))
          })), Member("omitted", number(seen.omitted)),
    ]
  }

  private func members(_ moment: Hits.Moment) -> [Member] {
    [Member("time", .string(moment.time.iso8601))]
      + (moment.event.map { [Member("event", .string($0))] } ?? [])
  }

  private func number(_ number: Int) -> DefinitionValue { .number("\(number)") }
  private func texts(_ texts: [String]) -> DefinitionValue { .array(texts.map { .string($0) }) }
}
