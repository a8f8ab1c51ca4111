/// A body of events of about 400 bytes as lines, of which only ids and times change from one request to the
/// next: what clients cost, the server's machine pays as well.
struct LoadBody {
  private(set) var bytes: [UInt8] = []
  private var ids: [Int] = []
  private var times: [Int] = []

  private static let digits = 8
  private static let timeDigits = 13

  init(connection: Int, events: Int) {
    bytes.reserveCapacity(events * 420)
    let filling = String(repeating: "x", count: 150)
    let zeros = String(repeating: "0", count: LoadBody.digits)
    let time = String(repeating: "0", count: LoadBody.timeDigits)
    for event in 0..<events {
      bytes += Array("{\"id\":\"\(connection)-\(event)-".utf8)
      ids.append(bytes.count)
      bytes += Array(
        #"\#(zeros)","customerId":"visitor-\#((connection * 31 + event) % 997)","eventName":"page_viewed","createdDate":"#
          .utf8)
      times.append(bytes.count)
      bytes += Array(
        #"\#(time),"page":{"url":"https://shop.example.com/search?q=cargo+bike&page=\#(event)","title":"Search"},"attributes":{"note":"\#(filling)","price":1525.5}}"#
          .utf8)
      bytes.append(0x0a)
    }
  }

  /// Makes it the body of another request.
  ///
  /// - Parameter time: in epoch milliseconds.
  mutating func set(_ index: Int, at time: Int) {
    for place in ids { write(index, LoadBody.digits, at: place) }
    for place in times { write(time, LoadBody.timeDigits, at: place) }
  }

  private mutating func write(_ number: Int, _ digits: Int, at place: Int) {
    var rest = number
    for offset in stride(from: digits - 1, through: 0, by: -1) {
      bytes[place + offset] = UInt8(0x30 + rest % 10)
      rest /= 10
    }
  }
}
