extension Outcome {
  init(_ reader: MemberReader, _ head: DefinitionHead) {
    self.init(
      id: head.id, version: head.version, isActive: reader.flag("isActive") ?? true,
      displayName: reader.requiredText("displayName"), description: reader.freeText("description"),
      isPositive: reader.flag("isPositive") ?? true, rule: Rule(reader),
      associatedValueField: reader.object("associatedValueField").flatMap { AssociatedValueField($0) })
    if rule.isEmpty {
      reader.findings.report(
        .note, reader.path, nil, "a pattern of context or journey: without any it is never achieved")
    }
  }
}

extension Outcome.AssociatedValueField {
  init?(_ reader: MemberReader) {
    let type = reader.requiredChoice("dataType", DataType.self)
    let name = reader.requiredText("name")
    if !name.isEmpty, CriterionKeys.attributeName(name) == nil {
      reader.error("name", .string(name), "attributes.<name>.value")
    }
    reader.finish()
    guard let type else { return nil }
    self.init(dataType: type, name: name)
  }
}

extension OutcomePredictor {
  init(_ reader: MemberReader, _ head: DefinitionHead) {
    if !reader.has("outcome") { reader.error("outcome", nil, "an object with the id of an outcome") }
    self.init(id: head.id, outcomeID: reader.reference("outcome") ?? "")
  }
}
