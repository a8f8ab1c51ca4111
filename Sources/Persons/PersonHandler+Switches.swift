internal import Identity
internal import JourneyModel
internal import Processor
internal import Sessionizer
internal import WireFormat

/// Devices that go from one contact to another.
extension PersonHandler {
  /// Tells readers that a device is another contact's now than before, once both are known. Not where a
  /// session names both owners: those are one person, or refused to be one.
  ///
  /// - Parameter learned: of whom something has just become known for the first time; `nil`: the device has
  ///   just been named to be another's.
  func noteSwitch(
    of device: Identifier, _ record: DeviceRecord, learned: IdentifierKey?, at time: EventTime,
    _ lane: LaneMachine
  ) {
    // Most devices are one person's.
    guard settings.devices == .switching, !record.timeline.isShared, record.timeline.entries.count >= 2 else {
      return
    }
    let runs = record.timeline.runs
    guard runs.count >= 2 else { return }
    let (last, newest) = (runs[runs.count - 2].owner.key, runs[runs.count - 1].owner.key)
    if let learned, learned != last, learned != newest { return }
    guard let from = record.named(last)?.answer?.contact, let to = record.named(newest)?.answer?.contact,
      from != to, let since = runs[runs.count - 1].interval.from
    else { return }
    let areTogether = sessions(of: device, lane).contains { session in
      let named = (session.person?.named ?? []).map(\.identifier.key)
      return named.contains(last) && named.contains(newest)
    }
    if !areTogether { tell(.switched(device, from: from, to: to, since: since), at: time, lane) }
  }
}
