internal import Bytes
internal import Crypto

/// A file of the console.
struct ConsoleAsset: Sendable {
  let type: String
  let text: ServedText
  var bytes: [UInt8] { text.plain }
  /// Another one for other bytes.
  let tag: String
  /// That of the packed form.
  let packedTag: String

  init(_ type: String, _ bytes: [UInt8]) {
    self.type = type
    text = ServedText(bytes)
    var digits: [UInt8] = []
    for byte in SHA256.hash(data: bytes).prefix(8) { Hex.append(byte, to: &digits) }
    let hash = String(decoding: digits, as: UTF8.self)
    (tag, packedTag) = ("\"\(hash)\"", "\"\(hash)-gz\"")
  }
}

/// The console's files by their paths: those that are in the program, and no others.
enum ConsoleAssets {
  static let script = "text/javascript; charset=utf-8"

  static let page = ConsoleAsset("text/html; charset=utf-8", PackageResources.console_html)

  static let files: [String: ConsoleAsset] = [
    "console.css": ConsoleAsset("text/css; charset=utf-8", PackageResources.console_css),
    "icon.svg": ConsoleAsset("image/svg+xml", PackageResources.icon_svg),
    "main.js": ConsoleAsset(script, PackageResources.main_js),
    "agent.js": ConsoleAsset(script, PackageResources.agent_js),
    "api.js": ConsoleAsset(script, PackageResources.api_js),
    "card.js": ConsoleAsset(script, PackageResources.card_js),
    "definitions.js": ConsoleAsset(script, PackageResources.definitions_js),
    "details.js": ConsoleAsset(script, PackageResources.details_js),
    "dom.js": ConsoleAsset(script, PackageResources.dom_js),
    "explain.js": ConsoleAsset(script, PackageResources.explain_js),
    "icons.js": ConsoleAsset(script, PackageResources.icons_js),
    "lanes.js": ConsoleAsset(script, PackageResources.lanes_js),
    "live.js": ConsoleAsset(script, PackageResources.live_js),
    "login.js": ConsoleAsset(script, PackageResources.login_js),
    "map.js": ConsoleAsset(script, PackageResources.map_js),
    "messages.js": ConsoleAsset(script, PackageResources.messages_js),
    "now.js": ConsoleAsset(script, PackageResources.now_js),
    "operations.js": ConsoleAsset(script, PackageResources.operations_js),
    "outcomes.js": ConsoleAsset(script, PackageResources.outcomes_js),
    "person.js": ConsoleAsset(script, PackageResources.person_js),
    "texts.js": ConsoleAsset(script, PackageResources.texts_js),
    "whatif.js": ConsoleAsset(script, PackageResources.whatif_js),
  ]
}
