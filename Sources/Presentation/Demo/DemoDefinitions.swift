import EventLog
import JourneyRules
import WireFormat

/// The segments and action maps that the demo applies before its first scene.
enum DemoDefinitions {
  static let text = """
    {"entities":[
      {"kind":"segment","id":"chrome-visitors","displayName":"Chrome visitors","color":"#4285f4","version":1,
       "context":{"patterns":[{"criteria":[
         {"key":"browser.family","values":["chrome"],"operator":"equal","shouldIgnoreCase":true,"entityType":"visit"}]}]}},
      {"kind":"segment","id":"first-time-buyer","displayName":"Loan application by a first-time buyer","color":"#308000","version":1,
       "journey":{"patterns":[{"count":1,"streamType":"Web","sessionType":"web","eventName":"form_submitted","criteria":[
         {"key":"page.title","values":["Loan Application"],"operator":"containsAny","shouldIgnoreCase":true},
         {"key":"attributes.type.value","values":["First Time Buyer"],"operator":"equal","shouldIgnoreCase":true}]}]}},
      {"kind":"segment","id":"in-transit","displayName":"Delivery in transit","color":"#b06000","version":1,
       "journey":{"patterns":[{"count":1,"streamType":"Custom","sessionType":"delivery","criteria":[
         {"key":"eventName","values":["in_transit"],"operator":"equal","shouldIgnoreCase":false}]}]}},
      {"kind":"segment","id":"complaint","displayName":"Wrapped up as Complaint","color":"#c5221f","version":1,
       "journey":{"patterns":[{"count":1,"streamType":"Conversation","sessionType":"conversation","criteria":[
         {"key":"lastUserDisposition.code","values":["\(DemoNames.complaint)"],"operator":"equal","shouldIgnoreCase":true}]}]}},
      {"kind":"outcome","id":"purchase","displayName":"Purchase","version":1,
       "journey":{"patterns":[{"count":1,"streamType":"Web","sessionType":"web","eventName":"order_placed","criteria":[]}]}},
      {"kind":"predictor","id":"purchase-predictor","version":1,"outcome":{"id":"purchase"}},
      {"kind":"actionMap","id":"second-thoughts","displayName":"Second thoughts, 70/30","version":1,
       "triggerWithOutcomeProbabilityConditions":[{"outcomeId":"purchase","maximumProbability":0.7,"probability":0.3}],
       "activation":{"type":"immediate"},
       "action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"second-thoughts-flow"},
         "flowRequestMappings":[
           {"name":"session","attributeType":"String","mappingType":"Lookup","value":"session.id"}]}}},
      {"kind":"actionMap","id":"call-back","displayName":"Call back who left","version":1,
       "triggerWithEventConditions":[{"key":"eventName","values":["ended"],"operator":"equal",
         "streamType":"Conversation","sessionType":"conversation"}],
       "activation":{"type":"immediate"},
       "action":{"mediaType":"architectFlow","architectFlowFields":{"architectFlow":{"id":"call-back-flow"},
         "flowRequestMappings":[
           {"name":"session","attributeType":"String","mappingType":"Lookup","value":"session.id"},
           {"name":"email","attributeType":"String","mappingType":"Lookup","value":"session.customerId"},
           {"name":"queue","attributeType":"String","mappingType":"Lookup","value":"session.lastConnectedQueue.id"},
           {"name":"priority","attributeType":"Integer","mappingType":"HardCoded","value":"2"}]}}},
      {"kind":"actionMap","id":"checkout-help","displayName":"Help at the checkout","version":1,"weight":3,
       "triggerWithSegments":["chrome-visitors"],"activation":{"type":"immediate"},
       "pageUrlConditions":[{"values":["/checkout"],"operator":"containsAny"}],
       "action":{"mediaType":"webMessagingOffer","webMessagingOfferFields":{"offerText":"Questions about your bike?"}}},
      {"kind":"actionMap","id":"newsletter","displayName":"Newsletter","version":1,"weight":1,
       "triggerWithSegments":["chrome-visitors"],"activation":{"type":"immediate"},
       "pageUrlConditions":[{"values":["/checkout"],"operator":"containsAny"}],
       "action":{"mediaType":"webMessagingOffer","webMessagingOfferFields":{"offerText":"Stay in touch"}}},
      {"kind":"actionTemplate","id":"cargo-week","name":"Cargo bike week","version":1,"mediaType":"contentOffer",
       "state":"Active","contentOffer":{"title":"Cargo bike week","body":"Ten percent off until Sunday."}},
      {"kind":"actionMap","id":"cargo-offer","displayName":"Cargo bike week, after a minute","version":1,
       "triggerWithSegments":["chrome-visitors"],"activation":{"type":"delay","delayInSeconds":60},
       "action":{"mediaType":"contentOffer","actionTemplate":{"id":"cargo-week"}}},
      {"kind":"emergencyGroup","id":"workshop-flooded","name":"Workshop flooded","version":1,"enabled":true},
      {"kind":"scheduleGroup","id":"always","name":"Always","version":1,"timeZone":"UTC","openHours":[
        {"days":["MO","TU","WE","TH","FR","SA","SU"],"opens":"00:00","closes":"24:00"}]},
      {"kind":"timeZone","id":"UTC","initialOffset":0,"transitions":[]},
      {"kind":"actionMap","id":"repair-slot","displayName":"Offer a repair slot","version":1,
       "triggerWithSegments":["chrome-visitors"],"activation":{"type":"immediate"},
       "actionMapScheduleGroups":{"actionMapScheduleGroup":{"id":"always"},
         "emergencyActionMapScheduleGroup":{"id":"workshop-flooded"}},
       "action":{"mediaType":"contentOffer","actionTemplate":{"id":"cargo-week"}}}
    ]}
    """

  /// They as a set.
  static func bundle() throws -> DefinitionBundle {
    let value = try DefinitionJSON.read(Array(text.utf8))
    let check = DefinitionCheck([DefinitionDocument(file: "demo", value: value)])
    guard let bundle = check.bundle else {
      throw LogError(.fatal, code: "definitions", "the demo's definitions: \(check.findings)")
    }
    return bundle
  }
}
