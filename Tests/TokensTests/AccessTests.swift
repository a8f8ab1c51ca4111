import Testing

@testable import Tokens

@Suite struct AccessTests {
  private func access(_ permissions: Set<String>, _ divisions: Set<String> = []) -> Access {
    Access(subject: "desk", permissions: permissions, divisions: divisions)
  }

  @Test(arguments: [
    ("journey:session:view", true), ("journey:*:view", true), ("*:*:*", true), ("*", true),
    ("journey:session:*", true), ("*:session:view", true), ("journey:session", false), ("journey:*", false),
    ("journey:*:*:*", false), ("journey:event:view", false), ("journey:session:view:x", false), ("", false),
    ("journey:sess*:view", false), ("**", false), ("journey::view", false),
  ])
  func aStarStandsForAPart(granted: String, isAllowed: Bool) {
    #expect(access([granted]).allows("journey:session:view") == isAllowed)
    #expect(!access([]).allows("journey:session:view"))
  }

  @Test func divisionsAreSeenOneByOne() {
    #expect(access([], ["a", "b"]).sees(["x", "b"]) && !access([], ["a"]).sees(["x"]))
    #expect(access([], ["*"]).sees(["x"]) && !access([], []).sees(["x"]) && !access([], ["a"]).sees([]))
    #expect(access([], ["*"]).sees([]))
  }
}
