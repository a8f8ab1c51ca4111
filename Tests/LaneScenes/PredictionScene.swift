internal import JourneyModel
package import JourneyRules
package import Predictions
internal import WireFormat

/// A shop in which a purchase is predicted, by a model that is made by hand: the newest event's name decides
/// alone, so that a test knows every probability.
package enum PredictionScene {
  /// The highest of a session's probabilities and what is bought: nothing, 0.5; a cart, 0.88; help, 0.18.
  package static let weights: [(name: String, weight: Int16)] = [("cart", 2_048), ("help", -1_536)]

  /// - Parameters:
  ///   - maps: action maps as JSON.
  ///   - isPredicted: whether there is a predictor.
  ///   - isActive: whether the outcome can be achieved.
  package static func definitions(
    _ maps: [String] = [], isPredicted: Bool = true, isActive: Bool = true
  ) throws -> CompiledBundle {
    let outcome =
      #"{"kind":"outcome","id":"purchase","displayName":"Purchase","isActive":\#(isActive),"journey":{"patterns":[{"criteria":[],"count":1,"streamType":"Web","sessionType":"web","eventName":"paid"}]}}"#
    let predictor = #"{"kind":"predictor","id":"p","outcome":{"id":"purchase"}}"#
    let entities = [outcome] + (isPredicted ? [predictor] : []) + maps
    let text = "{\"entities\":[\(entities.joined(separator: ","))]}"
    let check = DefinitionCheck([
      DefinitionDocument(file: "shop", value: try DefinitionJSON.read(Array(text.utf8)))
    ])
    guard let bundle = check.bundle else { throw CodecError("\(check.findings)") }
    return CompiledBundle(bundle)
  }

  /// A map that conditions on the purchase's prediction trigger alone.
  package static func map(_ id: String, _ member: String, _ condition: String) -> String {
    """
    {"kind":"actionMap","id":"\(id)","displayName":"\(id)","\(member)":[{"outcomeId":"purchase",\(condition)}],\
    "activation":{"type":"immediate"},"action":{"mediaType":"architectFlow","architectFlowFields":{\
    "architectFlow":{"id":"f"},"flowRequestMappings":[]}}}
    """
  }

  /// The model. Of its sessions nine in ten stayed below a cart's probability.
  package static func models(_ definitions: CompiledBundle, bias: Int32 = 0) throws -> ModelSet {
    guard let outcome = definitions.bundle.predictedOutcomes.first else { return .empty }
    let rows = weights.map { name, weight in
      OutcomeModel.Row(token: Feature(.last, Mixing.digest(name)).token, weight: weight)
    }.sorted { $0.token < $1.token }
    let (low, high) = (Probability.index(of: 0), Probability.index(of: 2_048))
    let maxima = Array(repeating: low, count: 9) + [high]
    let nothing = EventTime(milliseconds: 0)
    return ModelSet([
      OutcomeModel(
        outcome: outcome.id, definition: outcome.definition, bias: bias,
        window: .init(firstClosed: nothing, lastClosed: nothing, sessions: 10, achieving: 3), rows: rows,
        below: QuantileTable(maxima: maxima), quality: ModelQuality())
    ])
  }
}
