import Testing

@testable import sojourn

@Suite struct RecordFormTests {
  @Test(arguments: [
    // Lines, right and wrong ones.
    (#"{"id":"1"}"# + "\n", RecordForm.lines), ("", .lines), ("not json\n{", .lines),
    ("\n\n{\"a\":1}\n", .lines),
    // Cut off: the next line is one of its own.
    ("{\"a\":1\n{\"a\":2}\n", .lines), ("{\"a\":\n{\"a\":2}\n", .values), ("{\"a\":{\n{\"a\":2}\n", .lines),
    ("{\"a\":1,\n{\"a\":2}\n", .lines), ("{\"a\":\"x\n{\"a\":2}\n", .lines), ("{\n{\"a\":2}\n", .lines),
    // Objects over lines.
    ("{\n  \"a\": 1\n}\n", .values), ("{ \"a\": 1,\r\n  \"b\": 2 }", .values), ("{\n}\n", .values),
    ("{\"a\": [\n  1, 2] }", .values), ("{\"a\": {\n \"b\": 1 } }", .values),
    ("{\"a\": 1\n, \"b\": 2}", .values),
    // Arrays, on a line or over lines.
    (#"[{"a":1},{"a":2}]"#, .values), ("[\n{\"a\":1},\n{\"a\":2}\n]\n", .values), ("[]", .values),
    ("  [\n", .values),
    ("[{\"a\":1}]\n[{\"a\":2}]\n", .values),
    // A line that is an array among lines that are objects.
    ("[1,2]\n{\"a\":1}\n", .lines), ("[{\"a\":1}\n{\"a\":2}\n", .lines),
  ])
  func theStartTells(text: String, form: RecordForm) {
    #expect(RecordForm(Array(text.utf8), isWhole: true) == form)
  }

  /// Whoever has read less than needed reads on; what was decided stays so with more.
  @Test(arguments: [
    "{\n  \"a\": 1\n}\n", #"[{"a":1},{"a":2}]"# + "\n[]", "{\"a\":1\n{\"a\":2}\n", "[1,2]\n{\"a\":1}\n",
    "{\"a\\\"\":[{\"b\":\"}\"}]}\n{",
  ])
  func moreBytesChangeNothingThatWasDecided(text: String) {
    let bytes = Array(text.utf8)
    let whole = RecordForm(bytes, isWhole: true)
    for count in bytes.indices {
      let part = RecordForm(bytes[..<count], isWhole: false)
      #expect(part == nil || part == whole)
    }
  }
}
