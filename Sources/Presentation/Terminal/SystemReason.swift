import Foundation

/// Why the system refused something with a file, in words for a person.
package enum SystemReason {
  /// The words for an error number; the system's own where there are no better ones.
  package static func text(_ code: Int32) -> String {
    switch code {
    case ENOENT: "there is no such file or folder"
    case EACCES, EPERM: "permission is denied"
    case EISDIR: "it is a folder"
    case ENOTDIR: "a part of the path is a file and not a folder"
    case EEXIST: "there is something of that name already"
    case ENOSPC: "no space is left on the device"
    case EDQUOT: "the quota is used up"
    case EROFS: "the file system is read-only"
    case EMFILE, ENFILE: "too many files are open"
    case EFBIG: "the file would become too large"
    case EIO: "the device failed to read or write"
    case EPIPE: "nobody reads it any more"
    case ENAMETOOLONG: "the name is too long"
    default: String(cString: strerror(code)).lowercased()
    }
  }

  /// The words for an error of Foundation or of ours, without domains and numbers.
  package static func text(_ error: any Error) -> String {
    if let error = error as? POSIXError { return text(error.code.rawValue) }
    let plain = error as NSError
    if plain.domain == NSPOSIXErrorDomain { return text(Int32(truncatingIfNeeded: plain.code)) }
    if let inner = plain.userInfo[NSUnderlyingErrorKey] as? any Error { return text(inner) }
    if plain.domain == NSCocoaErrorDomain {
      switch CocoaError.Code(rawValue: plain.code) {
      case .fileNoSuchFile, .fileReadNoSuchFile: return text(ENOENT)
      case .fileReadNoPermission, .fileWriteNoPermission: return text(EACCES)
      case .fileWriteFileExists: return text(EEXIST)
      case .fileWriteOutOfSpace: return text(ENOSPC)
      case .fileWriteVolumeReadOnly: return text(EROFS)
      default: return "it cannot be read or written"
      }
    }
    return error.localizedDescription
  }
}
