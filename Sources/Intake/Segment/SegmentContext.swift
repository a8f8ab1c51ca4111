internal import Bytes
internal import JourneyModel

/// A call's `context`, over that of its batch: what it says of device, app, place and campaign.
struct SegmentContext {
  private let own: JSONObject?
  private let batch: JSONObject?

  init(own: JSONObject?, batch: JSONObject?) {
    self.own = own
    self.batch = batch
  }

  func object(_ name: String) -> JSONObject? { own?.object(name) ?? batch?.object(name) }
  func text(_ name: String) -> [UInt8]? { own?.text(name) ?? batch?.text(name) }

  /// Whether it says that it is of an app.
  var isMobile: Bool { object("device") != nil }

  /// Members that the processor knows, by their names there.
  func write(to event: inout ObjectWriter, isServer: Bool) {
    event.add(
      "mktCampaign", object: copied(object("campaign"), ["name", "source", "medium", "term", "content"]))
    event.add("device", object: device)
    event.add("app", object: app)
    event.add("sdkLibrary", object: copied(object("library"), ["name", "version"]))
    event.add("networkConnectivity", object: network)
    event.add("geolocation", object: geolocation)
    event.add("userAgentString", text: text("userAgent"))
    var browser = ObjectWriter()
    browser.add("lang", text: text("locale"))
    event.add("browser", object: browser)
    // A browser's or an app's own word for its address is worth less than where it calls from.
    if isServer { event.add("ipAddress", text: text("ip")) }
  }

  private func copied(_ object: JSONObject?, _ names: [String]) -> ObjectWriter {
    var writer = ObjectWriter()
    for name in names { writer.add(name, text: object?.text(name)) }
    return writer
  }

  private var device: ObjectWriter {
    let (device, system, screen) = (object("device"), object("os"), object("screen"))
    var writer = ObjectWriter()
    writer.add("osFamily", text: system?.text("name"))
    writer.add("osVersion", text: system?.text("version"))
    writer.add("manufacturer", text: device?.text("manufacturer"))
    writer.add("type", text: device?.text("model") ?? device?.text("name"))
    if let type = device?.text("type") {
      let word = String(decoding: type.map { ASCII.lowercased($0) }, as: UTF8.self)
      // Apps call the type of their device what it runs.
      switch word {
      case "ios", "android", "mobile", "phone", "iphone":
        writer.add("category", text: "mobile")
        writer.add("isMobile", flag: true)
      case "tablet", "ipad", "ipados":
        writer.add("category", text: "tablet")
        writer.add("isMobile", flag: true)
      case "desktop", "macos", "windows", "linux":
        writer.add("category", text: "desktop")
        writer.add("isMobile", flag: false)
      default: writer.add("category", text: "other")
      }
    }
    for (name, theirs) in [
      ("screenWidth", "width"), ("screenHeight", "height"), ("screenDensity", "density"),
    ] {
      if let value = screen?[theirs], value.kind == .number, let screen {
        writer.add(name, json: screen.raw(value))
      }
    }
    return writer
  }

  private var app: ObjectWriter {
    let app = object("app")
    var writer = copied(app, ["name", "namespace", "version"])
    writer.add("buildNumber", text: app?.text("build"))
    return writer
  }

  private var network: ObjectWriter {
    let network = object("network")
    var writer = copied(network, ["carrier"])
    for (name, theirs) in [
      ("bluetoothEnabled", "bluetooth"), ("cellularEnabled", "cellular"), ("wifiEnabled", "wifi"),
    ] {
      if let network, let value = network[theirs], value.kind == .boolean {
        writer.add(name, json: network.raw(value))
      }
    }
    return writer
  }

  private var geolocation: ObjectWriter {
    let location = object("location")
    var writer = ObjectWriter()
    if let country = location?.text("country") {
      writer.add(country.count == 2 ? "country" : "countryName", text: country)
    }
    writer.add("region", text: location?.text("region"))
    writer.add("locality", text: location?.text("city"))
    for name in ["latitude", "longitude"] {
      if let location, let value = location[name], value.kind == .number {
        writer.add(name, json: location.raw(value))
      }
    }
    writer.add("timezone", text: text("timezone"))
    return writer
  }

  /// Client hints that a script has read: `userAgentData` in the form of the header fields.
  var hints: [String: String] {
    guard let data = object("userAgentData") else { return [:] }
    var hints: [String: String] = [:]
    func set(_ field: String, _ name: String) {
      guard let text = data.text(name) else { return }
      hints[field] = "\"\(String(decoding: text, as: UTF8.self))\""
    }
    set("sec-ch-ua-platform", "platform")
    set("sec-ch-ua-platform-version", "platformVersion")
    set("sec-ch-ua-model", "model")
    if let value = data["mobile"], value.kind == .boolean {
      hints["sec-ch-ua-mobile"] = data.raw(value).elementsEqual("true".utf8) ? "?1" : "?0"
    }
    for (field, name) in [("sec-ch-ua", "brands"), ("sec-ch-ua-full-version-list", "fullVersionList")] {
      guard let list = data[name], list.kind == .array,
        let ranges = JSONElements.ranges(data.bytes, list.range)
      else { continue }
      let brands = ranges.compactMap { range -> String? in
        guard let brand = JSONObject(data.bytes, range), let name = brand.text("brand") else { return nil }
        let version = brand.text("version").map { String(decoding: $0, as: UTF8.self) } ?? ""
        return "\"\(String(decoding: name, as: UTF8.self))\";v=\"\(version)\""
      }
      if !brands.isEmpty { hints[field] = brands.joined(separator: ", ") }
    }
    return hints
  }
}
