import EventLog
import Foundation
import JourneyRules
import Testing
import Webhooks

@testable import sojourn

@Suite struct WebhookSettingsTests {
  private static let secret = "a secret that is only for tests."

  private static func load(_ target: String, _ more: String = "") throws -> Settings {
    let lines = target.split(separator: "\n").map { "      \($0)\n" }.joined()
    return try Settings.load(
      file: ConfigurationFile(
        path: "test.yaml", text: more + "webhooks:\n  targets:\n    -\n" + lines), environment: [:],
      flags: [])
  }

  private static let least = "name: crm\nurl: https://hooks.example/in\nsecret: \(secret)\n"

  @Test func aTargetWithItsDefaults() throws {
    let settings = try Self.load(Self.least)
    let target = try #require(try settings.webhooks.ready().first)
    #expect(target.name == "crm")
    #expect(target.url.origin == "https://hooks.example:443")
    #expect(target.rules == DeliveryRules())
    #expect(target.mediaTypes.isEmpty && target.actionMaps.isEmpty && !target.allowsPrivate)
    #expect(target.secrets.count == 1)
    #expect(settings.webhookSettings.group(of: "crm") == "sojourn-webhooks-crm")
  }

  @Test func aTargetWithEverything() throws {
    let settings = try Settings.load(
      file: ConfigurationFile(
        path: "test.yaml",
        text: """
          topics:
            prefix: x-
          webhooks:
            maxPending: 7
            maxPendingBytes: 2MiB
            targets:
              - name: crm
                url: http://10.1.2.3:8080/
                secret: \(Self.secret)
                allowPrivate: true
                mediaTypes: [architectFlow, openAction]
                actionMaps: a, b
                trustFile: /ca.pem
                maxConcurrent: 1
                timeout: 100ms
                maxAttempts: 1000
          """), environment: [:], flags: [("webhooks.maxPending", "9")])
    let target = try #require(try settings.webhooks.ready().first)
    #expect(target.mediaTypes == [.architectFlow, .openAction])
    #expect(target.actionMaps == ["a", "b"])
    #expect(target.allowsPrivate)
    #expect(target.trustFile == "/ca.pem")
    #expect(target.rules.maxConcurrent == 1 && target.rules.maxAttempts == 1_000)
    #expect(target.rules.timeout == .milliseconds(100))
    #expect(target.rules.maxPending == 9 && target.rules.maxPendingBytes == 2 << 20)
    #expect(settings.webhookFailures == "x-webhookFailures")
    #expect(TopicPlan(settings).topics.last?.name == "x-webhookFailures")
    #expect(!TopicPlan(Settings()).topics.contains { $0.name == FailureRecord.topic })
  }

  @Test(arguments: [
    ("name: a b", "webhooks.targets.name", "'a b'"),
    ("name: \(String(repeating: "n", count: 65))", "name", "1 to 64"),
    ("url: hooks.example", "webhooks.targets.url", "https://HOST"),
    ("url: https://me:pass-word@hooks.example", "webhooks.targets.url", "no user"),
    ("url: http://hooks.example/pass-word", "webhooks.targets.url", "'http://hooks.example:80'"),
    ("url: https://169.254.169.254/", "webhooks.targets.url", "link-local"),
    ("url: https://192.168.0.1/?pass-word", "webhooks.targets.url", "allowPrivate"),
    ("secret: pass-word", "webhooks.targets.secret", "16 to 256"),
    ("secretFile: s", "webhooks.targets.secret", "either"),
    ("mediaTypes: [architectFlow, mail]", "webhooks.targets.mediaTypes", "'mail'"),
    ("allowPrivate: maybe", "webhooks.targets.allowPrivate", "true or false"),
    ("maxConcurrent: 257", "webhooks.targets.maxConcurrent", "from 1 to 256"),
    ("maxAttempts: 0", "webhooks.targets.maxAttempts", "from 1 to 1000"),
    ("timeout: 99ms", "webhooks.targets.timeout", "from 100ms to 2m"),
    ("timeout: 120001ms", "webhooks.targets.timeout", "from 100ms to 2m"),
    ("secrett: pass-word", "webhooks.targets.secrett", "one of name, url"),
  ]) func whatIsWrongIsNamed(line: String, key: String, expected: String) {
    do {
      let key = line.prefix { $0 != ":" }
      let others = Self.least.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }
      _ = try Self.load(others.joined(separator: "\n") + "\n" + line)
      Issue.record("\(line) was taken")
    } catch {
      let text = "\(error)"
      #expect(text.contains(key) && text.contains(expected) && text.contains("test.yaml:"), "\(text)")
      #expect(!text.contains("pass-word") && !text.contains(Self.secret), "\(text)")
    }
  }

  @Test(arguments: ["name", "url", "secret"]) func whatIsMissingIsNamed(name: String) {
    let lines = Self.least.split(separator: "\n").filter { !$0.hasPrefix(name + ":") }
    let problem = #expect(throws: ConfigurationProblem.self) { try Self.load(lines.joined(separator: "\n")) }
    #expect(problem?.key == "webhooks.targets.\(name == "secret" ? "secretFile" : name)")
  }

  @Test(arguments: [WebhookTarget.maxTargets, WebhookTarget.maxTargets + 1]) func targetsAreBounded(
    count: Int
  ) {
    let items = (0..<count).map {
      "    - {name: t\($0), url: 'https://hooks.example', secret: \(Self.secret)}\n"
    }
    let loaded = try? Settings.load(
      file: ConfigurationFile(path: "test.yaml", text: "webhooks:\n  targets:\n" + items.joined()),
      environment: [:], flags: [])
    #expect((loaded != nil) == (count <= WebhookTarget.maxTargets))
  }

  @Test func namesAreDistinct() {
    let item = "    - {name: crm, url: 'https://hooks.example', secret: \(Self.secret)}\n"
    let problem = #expect(throws: ConfigurationProblem.self) {
      try Settings.load(
        file: ConfigurationFile(path: "test.yaml", text: "webhooks:\n  targets:\n" + item + item),
        environment: [:], flags: [])
    }
    #expect(problem?.key == "webhooks.targets.name" && problem?.origin == "test.yaml:4")
  }

  @Test(
    arguments: [
      ("a secret that is in a file\n", 1), ("a secret that is in a file\n  the one that follows it \n\n", 2),
      ("", nil), ("too short\n", nil),
      ("one secret of three in it\ntwo secret of three in it\nthree secret of three\n", nil),
      (String(repeating: "k", count: 200) + String(repeating: "\n", count: 3_897), nil),
    ] as [(String, Int?)])
  func secretsInAFile(content: String, count: Int?) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "secret-\(UUID().uuidString)").path()
    try Data(content.utf8).write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let settings = try Self.load("name: crm\nurl: https://hooks.example\nsecretFile: \(path)")
    do {
      #expect(try settings.webhooks.ready().first?.secrets.count == count)
    } catch {
      #expect(count == nil)
      #expect("\(error)".contains("webhooks.targets.secretFile") && "\(error)".contains("test.yaml:6"))
      #expect(!"\(error)".contains("too short") && !"\(error)".contains("secret of three"))
    }
  }

  @Test func whoSends() throws {
    let plan = try Self.load(Self.least).webhooks
    let (embedded, kafka) = (LogAddress("embedded://a.db")!, LogAddress("kafka://a:1")!)
    #expect(plan.isPart(ofRunOn: embedded) && !plan.isPart(ofRunOn: kafka))
    var on = plan
    on.choice = .on
    #expect(on.isPart(ofRunOn: embedded) && on.isPart(ofRunOn: kafka))
    var off = plan
    off.choice = .off
    #expect(!off.isPart(ofRunOn: embedded) && !off.isPart(ofRunOn: kafka))
    #expect(!WebhookPlan().isPart(ofRunOn: embedded))
  }

  @Test func brokenYAMLQuotesNoSecret() {
    do {
      _ = try Self.load(Self.least + "name: twice\n")
      Issue.record("a repeated key was taken")
    } catch {
      #expect("\(error)".contains("test.yaml: the file, expected YAML") && "\(error)".contains("'name'"))
      #expect(!"\(error)".contains(Self.secret))
    }
  }
}
