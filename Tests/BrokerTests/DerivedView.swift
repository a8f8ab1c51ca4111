internal import Foundation
internal import JourneyRules
internal import Processor
internal import WireFormat

/// The members of a derived event that are compared.
struct DerivedView: Decodable, Hashable {
  struct Reference: Decodable, Hashable { var id: String }
  struct Action: Decodable, Hashable {
    var id: String
    var state: String
  }
  struct SegmentBody: Decodable, Hashable { var segment: Reference }
  struct ActionBody: Decodable, Hashable {
    var action: Action
    var actionMap: Reference
  }

  var id: String
  var customerId: String
  var segmentAssignmentEvent: SegmentBody?
  var webActionEvent: ActionBody?

  init(decoding bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(Self.self, from: Data(bytes))
  }

  /// What has to be the same in any run: the event itself where its customer's events came in order. Else
  /// whose it is and what it says, and nothing where it depends on which of two sessions was opened first.
  var essence: String? {
    if JourneyInput.keying(ofCustomer: customerId) == .customer { return id }
    if let body = webActionEvent {
      return body.actionMap.id == DerivedView.returningMap
        ? nil : "\(customerId) \(body.actionMap.id) \(body.action.state)"
    }
    return "\(customerId) \(segmentAssignmentEvent?.segment.id ?? "")"
  }

  private static let returningMap = "back"

  /// Segments, and flows that start at once, on each event, and when the customer comes back.
  static let definitions = """
    {"entities":[
    {"kind":"segment","id":"visitor","displayName":"Visitor","version":1,"journey":{"patterns":[{"count":2,
     "streamType":"Web","sessionType":"web","criteria":[
     {"key":"eventName","values":["page_viewed"],"operator":"equal","shouldIgnoreCase":false}]}]}},
    {"kind":"actionMap","id":"welcome","displayName":"Welcome","version":1,"triggerWithSegments":["visitor"],
     "activation":{"type":"immediate"},\(flow)},
    {"kind":"actionMap","id":"\(returningMap)","displayName":"Back","version":1,"triggerWithSegments":["visitor"],
     "activation":{"type":"on-next-session"},\(flow)},
    {"kind":"actionMap","id":"each","displayName":"Each","version":1,"triggerWithEventConditions":[{"key":"eventName",
     "values":["in_transit"],"operator":"equal","streamType":"Custom","sessionType":"delivery"}],
     "activation":{"type":"immediate"},\(flow)}
    ]}
    """
  private static let flow =
    "\"action\":{\"mediaType\":\"architectFlow\",\"architectFlowFields\":{\"architectFlow\":{\"id\":\"f\"},\"flowRequestMappings\":[]}}"

  static func bundle(_ settings: RuleSettings) throws -> CompiledBundle? {
    let value = try DefinitionJSON.read(Array(definitions.utf8))
    let check = DefinitionCheck([DefinitionDocument(file: "derived", value: value)])
    return check.bundle.map { CompiledBundle($0, settings: settings) }
  }
}
