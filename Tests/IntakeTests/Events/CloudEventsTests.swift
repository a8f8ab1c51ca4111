import EventLog
import Intake
import JourneyModel
import Testing

/// CloudEvents 1.0 in its three modes.
@Suite struct CloudEventsTests {
  private let data = #"{"eventName":"clicked","attributes":{"a":1}}"#

  private func envelope(_ more: String = "", source: String = "shop", version: String = "1.0") -> String {
    #"{"specversion":"\#(version)","id":"e1","source":"\#(source)","type":"com.example.WebEvent","subject":"ann","time":"\#(Intakes.stated)"\#(more)}"#
  }

  private func structured(_ body: String, _ source: IntakeSource = Intakes.source()) -> [IntakeItem] {
    EventsDialect().read(body, source, Intakes.request { $0.contentType = "application/cloudevents+json" })
  }

  @Test("Structured: attributes are defaults of the data")
  func structured() {
    let items = structured(envelope(#","datacontenttype":"application/json","data":\#(data)"#))
    #expect(
      items.values == [
        #"{"id":"e1","createdDate":"\#(Intakes.stated)","customerId":"ann","# + data.dropFirst()
      ])
    #expect(items.summaries == ["accepted e1 web"])
    // What the data say themselves counts.
    let own =
      #","data":{"id":"own","eventName":"c","customerId":"bob","createdDate":"2026-01-05T09:00:00.000Z"}"#
    let record = structured(envelope(own)).first?.record
    #expect(record?.id == "own" && record?.key == Array("bob".utf8))
    #expect(
      record?.text
        == #"{"id":"own","eventName":"c","customerId":"bob","createdDate":"2026-01-05T09:00:00.000Z"}"#)
  }

  @Test("An id is unique within its source only")
  func ids() {
    let (own, other) = (
      structured(envelope(#","data":\#(data)"#)), structured(envelope(#","data":\#(data)"#, source: "/else"))
    )
    #expect(own.first?.record?.id == "e1")
    let id = other.first?.record?.id ?? ""
    #expect(id.count == 36 && id != "e1")
    #expect(structured(envelope(#","data":\#(data)"#, source: "/else")).first?.record?.id == id)
    #expect(structured(envelope(#","data":\#(data)"#, source: "/third")).first?.record?.id != id)
  }

  @Test(
    "What is wrong with an envelope",
    arguments: [
      (#"{"specversion":"1.0","id":"e1","source":"s","data":{}}"#, "0 e1 missingAttribute $.type"),
      (#"{"specversion":"1.0","id":"","source":"s","type":"t","data":{}}"#, "0 - missingAttribute $.id"),
      (#"{"specversion":"1.0","id":7,"source":"s","type":"t","data":{}}"#, "0 7 missingAttribute $.id"),
      (
        #"{"specversion":"0.3","id":"e1","source":"s","type":"t","data":{}}"#,
        "0 e1 unsupportedVersion $.specversion"
      ),
      (
        #"{"specversion":"1.0","id":"e1","source":"s","type":"WebEvent","data_base64":"e30="}"#,
        "0 e1 unsupportedData $.data_base64"
      ),
      (
        #"{"specversion":"1.0","id":"e1","source":"s","type":"WebEvent","datacontenttype":"text/xml","data":"<a/>"}"#,
        "0 e1 unsupportedData $.datacontenttype"
      ),
      (#"{"specversion":"1.0","id":"e1","source":"s","type":"WebEvent"}"#, "0 e1 emptyPayload $.data"),
      (#"{"specversion":"1.0","id":"e1","source":"s","type":"WebEvent","data":null}"#, "0 - notAnObject $"),
      (#"{"specversion":"1.0","id":"e1","source":"s","type":"WebEvent","data":"{}"}"#, "0 - notAnObject $"),
      (
        #"{"specversion":"1.0","id":"e1","source":"shop","type":"WebEvent","data":{"eventName":"c"}}"#,
        "0 e1 missingCustomer $.data.customerId"
      ),
      (
        #"{"specversion":"1.0","id":"e1","source":"s","type":"t","data":{"eventName":"c"}}"#,
        "0 - unknownStream $"
      ),
      ("[]", "0 - notAnObject $"),
    ])
  func wrong(_ body: String, _ expected: String) { #expect(structured(body).summaries == [expected]) }

  @Test("The type names the stream, in either convention", arguments: Stream.allCases)
  func types(_ stream: JourneyModel.Stream) {
    let more =
      stream == .custom
      ? #","sessionType":"delivery","externalId":"7""#
      : stream == .conversation ? #","conversationId":"c""# : ""
    for type in ["com.genesys.journey.\(stream.profile.eventType)", "dev.sojourn.event.\(stream.name).v1"] {
      let body =
        #"{"specversion":"1.0","id":"e1","source":"shop","type":"\#(type)","subject":"ann","data":{"eventName":"c"\#(more)}}"#
      #expect(structured(body).summaries == ["accepted e1 \(stream.name)"])
    }
  }

  @Test("A batch: each on its own")
  func batch() {
    let good = envelope(#","data":\#(data)"#)
    let request = Intakes.request { $0.contentType = "application/cloudevents-batch+json; charset=UTF-8" }
    func read(_ body: String) -> [String] { EventsDialect().read(body, Intakes.source(), request).summaries }
    #expect(
      read("[\(good),{},7,\(good)]") == [
        "accepted e1 web", "1 - missingAttribute $.id", "2 - notAnObject $", "accepted e1 web",
      ])
    #expect(read("[]").isEmpty)
    #expect(read(good) == ["0 - badBatch $"])
    #expect(read("[") == ["0 - malformedJSON $"])
  }

  @Test("Binary: attributes in header fields, percent-encoded")
  func binary() {
    func read(_ fields: [String: String], type: String? = "application/json") -> [IntakeItem] {
      let request = Intakes.request {
        $0.contentType = type
        $0.cloudEventFields = fields
      }
      return EventsDialect().read(data, Intakes.source(), request)
    }
    let fields = [
      "ce-specversion": "1.0", "ce-id": "\"e1\"", "ce-source": "shop", "ce-type": "dev.sojourn.event.web.v1",
      "ce-subject": "J%C3%BCrgen%20", "ce-time": Intakes.stated,
    ]
    let items = read(fields)
    #expect(items.summaries == ["accepted e1 web"])
    #expect(items.first?.record?.key == Array("Jürgen ".utf8))
    #expect(read(fields.merging(["ce-subject": "%ff"]) { $1 }).summaries == ["0 - badHeader ce-subject"])
    #expect(
      read(fields.merging(["ce-datacontenttype": "application/json"]) { $1 }).summaries == [
        "0 - badHeader ce-datacontenttype"
      ])
    #expect(read(fields.filter { $0.key != "ce-type" }).summaries == ["0 - missingAttribute ce-type"])
    #expect(
      read(fields.merging(["ce-specversion": "2.0"]) { $1 }).summaries == [
        "0 - unsupportedVersion ce-specversion"
      ])
    #expect(read(fields, type: "application/xml").summaries == ["0 - unsupportedMediaType $"])
  }
}
