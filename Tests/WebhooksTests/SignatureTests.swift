import EventLog
import Gateway
import JourneyModel
import Testing

@testable import Webhooks

@Suite struct SignatureTests {
  static let text = "a secret that is only for tests."

  /// The example of the Standard Webhooks specification.
  @Test func theSpecificationsExample() throws {
    let secret = try SigningSecret("whsec_plJ3nmyCDGBKInavdOK15jsl")
    let body = Array("{\"event_type\":\"ping\",\"data\":{\"success\":true}}".utf8)
    #expect(
      secret.signature(id: "msg_loFOjxBNrRLzqYUf", seconds: 1_731_705_121, body: body)
        == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=")
  }

  @Test func aTextsBytesAreTheKey() throws {
    let secret = try SigningSecret(SignatureTests.text)
    #expect(
      secret.signature(
        id: "4733f0f8-9066-57db-a558-34ecad55d01d", seconds: 1_767_600_000, body: Array("{\"a\":1}".utf8))
        == "v1,n+W4udyMvtvTthc9uQur+LFky14uHE3oa4A0Z6Sn5Io=")
  }

  @Test(arguments: [
    ("15 are too few!", false), ("16 do just right", true),
    (String(repeating: "k", count: 256), true), (String(repeating: "k", count: 257), false),
    ("whsec_not base64!", false), ("whsec_" + "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz", true),
    ("whsec_MDEyMzQ1", false), ("", false),
  ]) func keysHaveALength(text: String, isTaken: Bool) {
    #expect(((try? SigningSecret(text)) != nil) == isTaken)
  }

  @Test func secretsShowThemselvesNowhere() throws {
    let secret = try SigningSecret(SignatureTests.text)
    // Printing of what holds it goes through its mirror.
    let children = Mirror(reflecting: secret).children.map { "\($0)" }.joined()
    for text in [
      "\(secret)", "\([secret])", "\(Optional(secret) as Any)", String(reflecting: secret), children,
    ] {
      #expect(!text.contains("secret that"), "\(text)")
    }
    let problem = #expect(throws: SigningSecret.Problem.self) { try SigningSecret("too short") }
    #expect("\(problem as Any)".contains("too short") == false)
  }

  @Test func theHeadersOfARequest() throws {
    let secrets = [try SigningSecret(SignatureTests.text), try SigningSecret("the one that takes its place")]
    let target = WebhookTarget(name: "t", url: try TargetURL("https://a.example"), secrets: secrets)
    let body = Array("{\"a\":1}".utf8)
    let attempt = Attempt(
      id: 1, number: 3, trigger: MachineScene.trigger("4733f0f8-9066-57db-a558-34ecad55d01d"), body: body,
      headers: [RequestHeader("ce-id", "x")])
    let request = WebhookRequest(
      attempt, to: target, at: EventTime(milliseconds: MachineScene.start + 999), agent: "sojourn/1")
    let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
    #expect(request.body == body)
    let second = secrets[1].signature(
      id: "4733f0f8-9066-57db-a558-34ecad55d01d", seconds: 1_767_600_000, body: body)
    #expect(
      headers == [
        "content-type": "application/json", "user-agent": "sojourn/1",
        "webhook-id": "4733f0f8-9066-57db-a558-34ecad55d01d",
        "idempotency-key": "4733f0f8-9066-57db-a558-34ecad55d01d", "webhook-timestamp": "1767600000",
        "webhook-signature": "v1,n+W4udyMvtvTthc9uQur+LFky14uHE3oa4A0Z6Sn5Io= \(second)",
        "sojourn-attempt": "3", "sojourn-expires-at": "2026-01-05T08:05:00.000Z", "ce-id": "x",
      ])
  }

  @Test func cloudEventHeadersOfARecord() {
    let block = HeaderBlock([
      ("ce_id", "a b\"%é\u{7f}"), ("ce_type", "dev.sojourn.action.v1"), ("content-type", "application/json"),
      ("ce_Bad-Name", "x"), ("ce_source", "/sojourn/g/0\r\nX-Evil: 1"),
      ("ce_long", String(repeating: "x", count: 1_025)),
    ])
    #expect(
      CloudEventHeaders.of(block) == [
        RequestHeader("ce-id", "a%20b%22%25%C3%A9%7F"), RequestHeader("ce-type", "dev.sojourn.action.v1"),
        RequestHeader("ce-source", "/sojourn/g/0%0D%0AX-Evil:%201"),
      ])
  }

  @Test(
    arguments: [
      ("0", 0), ("7", 7_000), ("  120", 120_000), ("99999999999999999999", 9_999_999_999_000),
      ("Mon, 05 Jan 2026 08:00:10 GMT", 10_000), ("Mon, 05 Jan 2026 07:59:59 GMT", 0),
      ("Sun, 01 Feb 2026 08:00:00 GMT", 27 * 86_400_000), ("", nil), ("-1", nil), ("1.5", nil), ("soon", nil),
      ("Mon, 05 Jan 2026 08:00:10 CET", nil), ("Monday, 05-Jan-26 08:00:10 GMT", nil),
      ("Mon, 32 Jan 2026 08:00:10 GMT", nil),
    ] as [(String, Int64?)])
  func retryAfter(text: String, milliseconds: Int64?) {
    let now = EventTime(milliseconds: MachineScene.start)
    #expect(RetryAfter.duration(text, at: now) == milliseconds.map { .milliseconds($0) })
  }
}
