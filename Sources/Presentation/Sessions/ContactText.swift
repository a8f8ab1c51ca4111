package import SessionQueries

/// A contact as text.
package enum ContactText {
  /// One line: name, type, identifiers, devices.
  package static func line(_ contact: ContactSnapshot) -> String {
    let identifiers = (contact.identifiers ?? []).map { clean($0.value) }.joined(separator: ", ")
    let devices = (contact.devices ?? []).count + (contact.omittedDevices ?? 0)
    let end = devices == 0 ? "" : devices == 1 ? "  1 device" : "  \(devices) devices"
    return "\(clean(contact.id))  \(name(contact))  \(contact.type ?? "")  \(identifiers)\(end)"
  }

  /// All that is known.
  package static func lines(_ contact: ContactSnapshot) -> [String] {
    var lines = [
      "\(name(contact)) (\(contact.type ?? ""), \(contact.verification ?? ""))", "  id: \(clean(contact.id))",
    ]
    if let first = contact.createDate, let last = contact.modifyDate {
      lines.append("  known from \(clean(first)) to \(clean(last))")
    }
    for (name, value) in (contact.traits ?? [:]).sorted(by: { $0.key < $1.key }) {
      lines.append("  \(clean(name)): \(clean(value))")
    }
    for identifier in contact.identifiers ?? [] {
      let source = identifier.externalSource.map { " of \(clean($0))" } ?? ""
      let since = identifier.dateCreated.map { ", since \(clean($0))" } ?? ""
      lines.append(
        "  \(clean(identifier.type))\(source) \(clean(identifier.value)) (\(clean(identifier.verification))\(since))"
      )
    }
    for device in contact.devices ?? [] {
      let times = device.intervals.map { "\($0.from ?? "the beginning") to \($0.to ?? "now")" }
      lines.append(
        "  \(clean(device.type)) \(clean(device.value)): \(times.map(clean).joined(separator: ", "))")
    }
    if let left = contact.omittedDevices, left > 0 { lines.append("  and \(left) older devices") }
    for other in contact.suggestions ?? [] {
      lines.append("  may also be \(clean(other.contact)) (\(clean(other.reason)))")
    }
    let merged = (contact.mergeSet ?? []).filter { $0 != contact.id }
    if !merged.isEmpty { lines.append("  was also \(merged.map(clean).joined(separator: ", "))") }
    return lines
  }

  private static func name(_ contact: ContactSnapshot) -> String { contact.name.map(clean) ?? "Unknown" }

  private static func clean(_ text: String) -> String { DisplayText(text).text }
}
