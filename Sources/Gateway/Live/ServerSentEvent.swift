/// An event of a stream, in the form of HTML's `text/event-stream`.
struct ServerSentEvent {
  /// Up to where whoever has read it has heard everything; he says so when he comes back.
  var id: String
  var name: String
  /// One line of JSON: it has no line end in it.
  var data: [UInt8]

  func append(to bytes: inout [UInt8]) {
    bytes += Array("id: \(id)\nevent: \(name)\ndata: ".utf8)
    // A line end would end the field. JSON needs none outside of texts, and escapes those within.
    bytes += data.filter { $0 != 0x0a && $0 != 0x0d }
    bytes += Array("\n\n".utf8)
  }

  /// What is sent when there is nothing to say. The id moves on with it.
  static func comment(id: String) -> [UInt8] { Array(": still here\nid: \(id)\n\n".utf8) }

  /// The first bytes of a stream: how long to wait before coming back, in milliseconds, and where it begins.
  static func greeting(id: String, retry milliseconds: Int) -> [UInt8] {
    Array("retry: \(milliseconds)\nid: \(id)\n\n".utf8)
  }
}
