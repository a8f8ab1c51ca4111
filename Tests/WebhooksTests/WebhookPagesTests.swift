import EventLog
import Gateway
import JourneyModel
import Testing

@testable import Webhooks

@Suite struct WebhookPagesTests {
  private static func pages(_ monitors: [TargetMonitor], uptime: Duration) -> WebhookPages {
    WebhookPages(monitors, limits: HealthLimits(), version: "1", uptime: { uptime }) {
      ProcessFacts(started: EventTime(milliseconds: 1_000), residentBytes: 2, cpuSeconds: 3)
    }
  }

  private static func text(_ answer: HealthAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

  @Test func whoIsNoMemberIsNotReadyAndWhoIsSilentIsDead() {
    let monitors = [TargetMonitor("crm") { .seconds(10) }, TargetMonitor("mail") { .seconds(10) }]
    monitors[0].noteTurn(lag: 0, isMember: true)
    let waiting = Self.pages(monitors, uptime: .seconds(10)).answer(method: "GET", path: "/readyz")
    #expect(waiting.status == 503)
    #expect(
      Self.text(waiting) == "{\"ready\":false,\"reasons\":[{\"code\":\"waiting\",\"target\":\"mail\"}]}\n")
    monitors[1].noteTurn(lag: 0, isMember: true)
    let ready = Self.pages(monitors, uptime: .seconds(10)).answer(method: "HEAD", path: "/readyz")
    #expect(ready.status == 200)
    #expect(Self.text(ready) == "{\"ready\":true,\"reasons\":[]}\n")
    let limit = HealthLimits().liveAfter
    for (silence, status) in [(limit, 200), (limit + .milliseconds(1), 503)] {
      let pages = Self.pages(monitors, uptime: .seconds(10) + silence)
      #expect(pages.answer(method: "GET", path: "/livez").status == status)
    }
    #expect(Self.pages(monitors, uptime: .zero).answer(method: "GET", path: "/").status == 404)
    #expect(Self.pages(monitors, uptime: .zero).answer(method: "POST", path: "/metrics").status == 405)
  }

  @Test func metricsOfEachTarget() throws {
    let monitor = TargetMonitor("crm") { .zero }
    var scene = MachineScene()
    scene.take("a", session: "a")
    scene.take("b", session: "b")
    let begun = scene.start()
    scene.answer(begun[0], 200)
    scene.fail(begun[1], .timedOut)
    monitor.note(scene.machine)
    monitor.note(.milliseconds(3), of: .answered(status: 200, retryAfter: nil, body: []))
    monitor.noteTurn(lag: 7, isMember: true)
    let page = Self.text(Self.pages([monitor], uptime: .zero).answer(method: "GET", path: "/metrics"))
    for line in [
      "sojourn_webhook_triggers_total{target=\"crm\",outcome=\"delivered\"} 1",
      "sojourn_webhook_triggers_total{target=\"crm\",outcome=\"exhausted\"} 0",
      "sojourn_webhook_requests_total{target=\"crm\",result=\"2xx\"} 1",
      "sojourn_webhook_requests_total{target=\"crm\",result=\"timedOut\"} 1",
      "sojourn_webhook_pending{target=\"crm\"} 1", "sojourn_webhook_lag_records{target=\"crm\"} 7",
      "sojourn_webhook_request_seconds_bucket{target=\"crm\",le=\"0.005\"} 1",
      "sojourn_webhook_circuit{target=\"crm\",state=\"closed\"} 1",
      "sojourn_webhook_group_member{target=\"crm\"} 1", "process_resident_memory_bytes 2",
    ] { #expect(page.split(separator: "\n").contains { $0 == line }, "\(line)") }
    #expect(page.hasSuffix("\n") && !page.contains("secret"))
  }
}
