/// A list of definitions of one kind, at the Journey API's path.
enum DefinitionList: String, Hashable, Sendable, CaseIterable {
  case segments
  case outcomes
  case predictors = "outcomes/predictors"
  case actionMaps = "actionmaps"
  case actionTemplates = "actiontemplates"

  /// The list whose path has these parts behind `/api/v2/journey`, and the id of one of its entries behind
  /// them.
  static func found(at parts: ArraySlice<String>) -> (list: DefinitionList, id: String?)? {
    if parts.prefix(2).joined(separator: "/") == predictors.rawValue {
      return parts.count <= 3 ? (.predictors, parts.dropFirst(2).first) : nil
    }
    guard (1...2).contains(parts.count), let first = parts.first, let list = DefinitionList(rawValue: first)
    else { return nil }
    return (list, parts.dropFirst().first)
  }

  var path: String { "/api/v2/journey/\(rawValue)" }

  /// The kind, as bundles name it.
  var kind: String {
    switch self {
    case .segments: "segment"
    case .outcomes: "outcome"
    case .predictors: "predictor"
    case .actionMaps: "actionMap"
    case .actionTemplates: "actionTemplate"
    }
  }

  /// What one of them is called.
  var word: String {
    switch self {
    case .segments: "segment"
    case .outcomes: "outcome"
    case .predictors: "predictor"
    case .actionMaps: "action map"
    case .actionTemplates: "action template"
    }
  }

  /// The name of an id in a path.
  var idName: String { self == .predictors ? "predictorId" : "\(kind)Id" }

  /// The parameter that names some entries; `nil` where the vendor has none.
  var idsName: String? {
    switch self {
    case .segments, .outcomes, .actionMaps: "\(kind)Ids"
    case .predictors, .actionTemplates: nil
    }
  }

  /// What a token has to grant: the vendor's permission, or that of `/v1/definitions` where that is another.
  var permissions: [String] {
    let own = OperationsAnswer.permission(kind)
    return switch self {
    case .segments, .outcomes, .actionMaps: [own]
    case .predictors: ["journey:outcomepredictor:view", own]
    case .actionTemplates: ["journey:actiontemplate:view", own]
    }
  }
}
