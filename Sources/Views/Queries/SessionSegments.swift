internal import Bytes

/// The segments that are assigned to a session, in the Journey API's form.
package enum SessionSegments {
  /// An object for each, in the order of assignment.
  package static func of(_ entry: SessionEntry, _ redaction: Redaction) -> [[UInt8]] {
    let walk = JSONWalk(bytes: entry.snapshot)
    guard redaction.permissions.contains([.session, .segment]),
      let list = walk.member("segmentAssignments", of: 0..<entry.snapshot.count)
    else { return [] }
    var segments: [[UInt8]] = []
    walk.elements(list) { assignment in
      guard let segment = walk.member("segment", of: assignment) else { return }
      let isShown = redaction.permissions.contains(.customer)
      var json = Array("{\"segment\":".utf8)
      json += walk.bytes[segment]
      json += Array(",\"customerId\":".utf8)
      JSONText.append(isShown ? entry.customerID : Redaction.masked(entry.customerID), to: &json)
      json += Array(",\"customerIdType\":".utf8)
      JSONText.append(entry.customerIDType, to: &json)
      json += Array(",\"session\":{\"id\":\"\(entry.id)\",\"selfUri\":".utf8)
      JSONText.append("/api/v2/journey/sessions/\(entry.id)", to: &json)
      json += Array(",\"type\":".utf8)
      JSONText.append(entry.type, to: &json)
      json += Array("},\"assignmentState\":\"Assigned\"".utf8)
      if let date = walk.member("assignedDate", of: assignment) {
        json += Array(",\"dateAssigned\":".utf8)
        json += walk.bytes[date]
      }
      json.append(ASCII.closeBrace)
      segments.append(json)
    }
    return segments
  }
}
