internal import JourneyModel
internal import JourneyRules
internal import Sessionizer

/// What rules have found in a session: assignments in their order, achievements, actions that are not over.
extension SnapshotEncoder {
  /// - Returns: the number of segments that are assigned and that agents are shown.
  func rules(
    _ assignments: [RuleState.Assignment], _ actions: [SessionAction], _ bytes: inout ByteWriter
  ) -> Int {
    guard !assignments.isEmpty || !actions.isEmpty else {
      bytes.append(",\"segmentAssignments\":[],\"outcomeAchievements\":[]")
      return 0
    }
    bytes.append(",\"segmentAssignments\":[")
    var segments = 0
    var hidden = 0
    // By index: docs/design/hot-path.md.
    for index in assignments.indices
    where assignments[index].kind == .segment && !assignments[index].isExpired {
      if segments > 0 { bytes.append(ASCII.comma) }
      segments += 1
      bytes.append("{\"segment\":")
      reference("segments", assignments[index].id, &bytes)
      bytes.append(",\"assignedDate\":")
      date(assignments[index].time, &bytes)
      if !hiddenSegments.isEmpty, hiddenSegments.contains(assignments[index].id) {
        hidden += 1
        bytes.append(",\"shouldDisplayToAgent\":false")
      }
      bytes.append(ASCII.closeBrace)
    }
    bytes.append("],\"outcomeAchievements\":[")
    var isFirst = true
    for index in assignments.indices where assignments[index].kind == .outcome {
      if !isFirst { bytes.append(ASCII.comma) }
      isFirst = false
      bytes.append("{\"outcome\":")
      reference("outcomes", assignments[index].id, &bytes)
      bytes.append(",\"achievedDate\":")
      date(assignments[index].time, &bytes)
      bytes.append(ASCII.closeBrace)
    }
    bytes.append(ASCII.closeBracket)
    openActions(actions, &bytes)
    return segments - hidden
  }

  private func openActions(_ actions: [SessionAction], _ bytes: inout ByteWriter) {
    var isFirst = true
    for index in actions.indices
    where SnapshotEncoder.isShown(actions[index].state, of: actions[index].mediaType) {
      let action = actions[index]
      bytes.append(isFirst ? ",\"openActions\":[{\"id\":\"" : ",{\"id\":\"")
      isFirst = false
      bytes.append(SessionID(high: action.id.high, low: action.id.low))
      bytes.append("\",\"actionMap\":")
      reference("actionmaps", action.map, &bytes)
      bytes.append(",\"mediaType\":\"")
      bytes.append(contentsOf: action.mediaType.rawValue.utf8)
      bytes.append("\",\"state\":\"")
      bytes.append(contentsOf: action.state.word.utf8)
      bytes.append("\",\"createdDate\":")
      date(action.qualified, &bytes)
      bytes.append(ASCII.closeBrace)
    }
    if !isFirst { bytes.append(ASCII.closeBracket) }
  }

  /// Whether a snapshot shows an action: it has qualified or is out, and something may still come of it.
  static func isShown(_ state: ActionState, of mediaType: MediaType) -> Bool {
    !state.isTerminal(of: mediaType) && (mediaType.isShownOnPage || state == .qualified)
  }

  func reference(_ path: StaticString, _ id: String, _ bytes: inout ByteWriter) {
    SnapshotEncoder.reference(path, id, &bytes)
  }

  static func reference(_ path: StaticString, _ id: String, _ bytes: inout ByteWriter) {
    bytes.append("{\"id\":")
    JSONText.append(id, to: &bytes)
    bytes.append(",\"selfUri\":\"/api/v2/journey/")
    bytes.append(path)
    bytes.append(ASCII.slash)
    JSONText.appendEscaped(id.utf8, to: &bytes)
    bytes.append("\"}")
  }
}
