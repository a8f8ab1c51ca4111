internal import CZlib

/// Unpacks bodies, and stops at what would burst.
enum Inflation {
  enum Failure: Error, Equatable {
    /// Not in the form that the request says, or cut short, or with something behind it.
    case damaged(String)
    /// More bytes than a body may have.
    case tooLarge
    /// More bytes for a packed one than honest data have.
    case tooDense
    /// The memory for bodies is used up.
    case noMemory
  }

  enum Form { case gzip, deflate }

  /// Unpacked bytes for each packed one that they came from, beside a body's first `freeBytes`.
  static let maxRatio = 100
  static let freeBytes = 65_536
  private static let blockBytes = 65_536

  /// Unpacks a body. What it takes is added to the reservation as it grows.
  static func inflate(
    _ packed: [UInt8], _ form: Form, maxBytes: Int, reservation: ByteReservation
  ) throws(Failure) -> [UInt8] {
    guard let inflater = Inflater(form, first: packed) else { throw .noMemory }
    var bytes: [UInt8] = []
    var taken = 0
    while true {
      guard reservation.grow(by: blockBytes) else { throw .noMemory }
      let step = inflater.step(packed, from: taken, room: blockBytes)
      taken += step.taken
      bytes += step.bytes
      if bytes.count > maxBytes { throw .tooLarge }
      // By what was read so far: by all of the body, a bomb with a long tail would be unpacked for long.
      if bytes.count > freeBytes + maxRatio * taken { throw .tooDense }
      switch step.state {
      case .more: if step.taken == 0, step.bytes.isEmpty { throw .damaged("it ends too early") }
      case .damaged(let reason): throw .damaged(reason)
      case .ended:
        if taken == packed.count { return bytes }
        // gzip files may be put behind each other.
        guard form == .gzip, packed[taken] == 0x1f else {
          throw .damaged("\(packed.count - taken) bytes follow its end")
        }
        inflater.reset()
      }
    }
  }
}

/// zlib's stream. A class, because zlib remembers where it lies.
private final class Inflater {
  enum State { case more, ended, damaged(String) }

  private var stream = z_stream()

  /// `nil` without memory.
  init?(_ form: Inflation.Form, first packed: [UInt8]) {
    // 15 bits of window; 16 more for the header of gzip, less than none for no header at all, which is what
    // some clients take deflate for.
    let bits: Int32 =
      switch form {
      case .gzip: 15 + 16
      case .deflate: Inflater.hasZlibHeader(packed) ? 15 : -15
      }
    guard inflateInit2_(&stream, bits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      return nil
    }
  }

  deinit { inflateEnd(&stream) }

  func reset() { inflateReset(&stream) }

  func step(_ packed: [UInt8], from start: Int, room: Int) -> (taken: Int, bytes: [UInt8], state: State) {
    var state = State.more
    var taken = 0
    // Pointers, because zlib takes nothing else.
    let bytes = [UInt8](unsafeUninitializedCapacity: room) { memory, written in
      packed.withUnsafeBufferPointer { source in
        let rest = UnsafeBufferPointer(rebasing: source[start...])
        stream.next_in = UnsafeMutablePointer(mutating: rest.baseAddress)
        stream.avail_in = UInt32(clamping: rest.count)
        stream.next_out = memory.baseAddress
        stream.avail_out = UInt32(clamping: room)
        let code = CZlib.inflate(&stream, Z_NO_FLUSH)
        taken = rest.count - Int(stream.avail_in)
        written = room - Int(stream.avail_out)
        switch code {
        case Z_OK, Z_BUF_ERROR: state = .more
        case Z_STREAM_END: state = .ended
        default: state = .damaged(stream.msg.map { String(cString: $0) } ?? "zlib's code is \(code)")
        }
      }
    }
    return (taken, bytes, state)
  }

  private static func hasZlibHeader(_ packed: [UInt8]) -> Bool {
    guard packed.count >= 2 else { return false }
    return packed[0] & 0x0f == 8 && (Int(packed[0]) << 8 | Int(packed[1])).isMultiple(of: 31)
  }
}
