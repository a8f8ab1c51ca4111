package import Identity

/// Members, assertions, shared ones, erasures and requests, each in its order: one content has one form.
extension Cluster: IdentityForm {
  package init(decoding reader: inout BinaryReader, version: UInt8) throws(CodecError) {
    let members = try reader.list("members") { reader throws(CodecError) in
      try Member(decoding: &reader, version: version)
    }
    let assertions = try reader.list("assertions") { reader throws(CodecError) in
      try Assertion(decoding: &reader, version: version)
    }
    let shared = try reader.list("shared ones") { reader throws(CodecError) in
      SharedMark(try reader.key(), at: try reader.time())
    }
    let erasures = try reader.list("erasures") { reader throws(CodecError) in try reader.erasure() }
    let requests = try reader.list("requests") { reader throws(CodecError) in
      ErasureRequest(try reader.key(), at: try reader.time())
    }
    self.init(
      members: members, assertions: assertions, shared: shared, erasures: erasures, requests: requests)
  }

  package func encode(to writer: inout BinaryWriter) {
    writer.list(members) { $0.encode(to: &$1) }
    writer.list(assertions) { $0.encode(to: &$1) }
    writer.list(shared) { mark, writer in
      writer.key(mark.key)
      writer.time(mark.time)
    }
    writer.list(erasures) { $1.erasure($0) }
    writer.list(requests) { request, writer in
      writer.key(request.key)
      writer.time(request.time)
    }
  }
}
