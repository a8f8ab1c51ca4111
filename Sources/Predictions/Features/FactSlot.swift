/// Facts of a session that are features, one value each. The raw values are in every token: never renumber,
/// only append.
package enum FactSlot: UInt8, Sendable, CaseIterable {
  case sessionType = 1
  case deviceCategory = 2
  case deviceType = 3
  case osFamily = 4
  case browserFamily = 5
  case browserLanguage = 6
  case country = 7
  case region = 8
  case campaignSource = 9
  case campaignMedium = 10
  case campaignName = 11
  case referrerMedium = 12
  case referrerHost = 13
  case authenticated = 14
  case appVersion = 15
  case originatingDirection = 16
  case channelType = 17
  case lastConnectedQueue = 18
  /// Day of the week of the first event, UTC, 0 for Sunday.
  case weekday = 19
  /// Hour of the first event, UTC, by threes.
  case hours = 20

  /// Whether it follows from the first event's time, and is never set.
  var followsFromStart: Bool { self == .weekday || self == .hours }
}
