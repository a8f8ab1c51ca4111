/// Calls that have a replacement.
struct BannedCall {
  /// The name, as it is in the code.
  let name: String
  /// What has to follow for it to be the call.
  var form = Form.any
  /// Names of which one has to be before it, with a point: `Thread.sleep`.
  var base: String? = nil
  /// What to do instead.
  let instead: String
  /// Folders, or files, in which it is allowed. With `only`, those in which alone it is banned.
  var except: [String] = []
  var only: [String]? = nil

  enum Form: String {
    case any = ""
    case call = "("
    /// A call without arguments.
    case bare = "()"
  }

  func applies(to path: String) -> Bool {
    !except.contains { path.hasPrefix($0) } && only?.contains { path.hasPrefix($0) } != false
  }

  static func offences(in files: [SourceFile], _ banned: [BannedCall]) -> [Offence] {
    files.flatMap { file -> [Offence] in
      let calls = banned.filter { $0.applies(to: file.path) }
      return file.names.indices.flatMap { index -> [Offence] in
        let name = file.names[index]
        return calls.filter { call in
          call.name == name.text && file.code[name.line - 1].contains(call.name + call.form.rawValue)
            && (call.base == nil
              || index > 0 && name.preceding == UInt8(ascii: ".") && file.names[index - 1].text == call.base)
            && !(index > 0 && ["func", "import"].contains(file.names[index - 1].text))
        }.map { file.offence(name.line, "\($0.base.map { $0 + "." } ?? "")\($0.name): \($0.instead)") }
      }
    }
  }
}

extension BannedCall {
  /// `try!`, wherever the formatter is not run.
  static func forcedTries(in files: [SourceFile]) -> [Offence] {
    files.flatMap { file in
      file.code.indices.filter { file.code[$0].contains("try!") }.map {
        file.offence($0 + 1, "try!: throw, or say with `precondition` why it cannot fail")
      }
    }
  }
}
