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

/// The console's files by their paths: those that are in the program, and no others. They are made ready when
/// the first of them is asked for.
enum ConsoleAssets {
  static let page = ConsoleAsset("text/html; charset=utf-8", PackageResources.console_html)

  static let files: [String: ConsoleAsset] = [
    "console.css": sheet(PackageResources.console_css), "views.css": sheet(PackageResources.views_css),
    "icon.svg": ConsoleAsset("image/svg+xml", PackageResources.icon_svg),
    "agent.js": script(PackageResources.agent_js),
    "api.js": script(PackageResources.api_js),
    "card.js": script(PackageResources.card_js),
    "definitions.js": script(PackageResources.definitions_js),
    "details.js": script(PackageResources.details_js),
    "dom.js": script(PackageResources.dom_js),
    "en.js": script(PackageResources.en_js),
    "en.views.js": script(PackageResources.en_views_js),
    "explain.js": script(PackageResources.explain_js),
    "icons.js": script(PackageResources.icons_js),
    "inquire.js": script(PackageResources.inquire_js),
    "lanes.js": script(PackageResources.lanes_js),
    "live.js": script(PackageResources.live_js),
    "login.js": script(PackageResources.login_js),
    "main.js": script(PackageResources.main_js),
    "map.js": script(PackageResources.map_js),
    "now.js": script(PackageResources.now_js),
    "operations.js": script(PackageResources.operations_js),
    "outcomes.js": script(PackageResources.outcomes_js),
    "parts.js": script(PackageResources.parts_js),
    "person.js": script(PackageResources.person_js),
    "texts.js": script(PackageResources.texts_js),
    "whatif.js": script(PackageResources.whatif_js),
    "zh.js": script(PackageResources.zh_js),
    "zh.sentences.js": script(PackageResources.zh_sentences_js),
    "zh.views.js": script(PackageResources.zh_views_js),
  ]

  private static func script(_ source: [UInt8]) -> ConsoleAsset {
    ConsoleAsset("text/javascript; charset=utf-8", Reduction.script(source))
  }

  private static func sheet(_ source: [UInt8]) -> ConsoleAsset {
    ConsoleAsset("text/css; charset=utf-8", Reduction.sheet(source))
  }
}
