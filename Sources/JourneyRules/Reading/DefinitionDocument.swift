/// A document of definitions: one object, an array of them, or the paged answer of a list
/// (`{"entities":[…]}`).
public struct DefinitionDocument: Sendable, Hashable {
  /// The file, or what else it came from; is in every finding.
  public var file: String
  /// The name of the folder it lies in, which may say the kind; `nil` without one.
  public var folder: String?
  /// What it says.
  public var value: DefinitionValue

  /// Creates a document.
  public init(file: String, folder: String? = nil, value: DefinitionValue) {
    self.file = file
    self.folder = folder
    self.value = value
  }
}

/// One object of a document, and the definition that it is.
public struct DefinitionEntry: Sendable, Hashable {
  /// The document's file.
  public var file: String
  /// Where in the document the object is.
  public var path: DefinitionPath
  /// What it is.
  public var definition: Definition
  /// Its canonical form: the object as written, without what only the vendor's server says (`selfUri`,
  /// `createdDate`, `modifiedDate`) and without nulls, with `kind`, `id` and `version`, members sorted.
  public var canonical: DefinitionValue

  /// The canonical form as JSON.
  public var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    canonical.appendJSON(to: &bytes)
    return bytes
  }
}
