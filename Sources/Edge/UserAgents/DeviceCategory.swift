/// What kind of device it is: `device.category` of an event.
package enum DeviceCategory: String, Sendable, CaseIterable {
  case desktop
  case mobile
  case tablet
  /// A television, a console, a watch, a robot, or nothing that is known.
  case other

  /// The rules name devices but do not sort them. Vendors say in the text itself what it is: phones have the
  /// word `Mobile` (or `Mobi`), and an Android without it is a tablet.
  ///
  /// - Parameters:
  ///   - text: the user agent, up to the limit.
  ///   - os: the operating system's family.
  ///   - device: the device's family.
  init(text: String, os: String, device: String) {
    func has(_ words: String...) -> Bool { words.contains { text.contains($0) } }
    func isDevice(_ names: String...) -> Bool { names.contains { device.hasPrefix($0) } }

    if device == "Spider" || DeviceCategory.screens.contains(os)
      || isDevice("Apple Watch", "AppleTV", "Apple TV")
      || has(
        "SmartTV", "SMART-TV", "Smart-TV", "Android TV", "GoogleTV", "HbbTV", "CrKey", "BRAVIA",
        "PlayStation", "Nintendo", "Xbox")
    {
      self = .other
    } else if isDevice("iPad", "Kindle", "PlayBook", "Generic Tablet")
      || has("iPad", "Android; Tablet", "Tablet; rv:", "Silk-Accelerated")
    {
      self = .tablet
    } else if isDevice("iPhone", "iPod", "Generic Smartphone", "Generic Feature Phone", "BlackBerry") {
      self = .mobile
    } else if DeviceCategory.desktops.contains(os) {
      self = .desktop
    } else if os == "Android" {
      self = has("Mobi") || !has("Mozilla/") ? .mobile : .tablet
    } else if DeviceCategory.phones.contains(os) || has("Mobi", "Opera Mini", "MIDP") {
      self = .mobile
    } else {
      self = .other
    }
  }

  /// Families of systems, as the rules name them.
  private static let desktops: Set<String> = [
    "Windows", "Mac OS X", "Mac OS", "Linux", "Ubuntu", "Debian", "Fedora", "Red Hat", "CentOS", "SUSE",
    "Gentoo", "Mandriva", "Linux Mint", "Kubuntu", "Arch Linux", "Slackware", "Puppy", "PCLinuxOS",
    "Chrome OS",
    "FreeBSD", "OpenBSD", "NetBSD", "Solaris",
  ]
  private static let phones: Set<String> = [
    "iOS", "Windows Phone", "Windows Mobile", "BlackBerry OS", "Firefox OS", "KaiOS", "Symbian OS",
    "Symbian^3", "Nokia Series 40", "Nokia Series 30 Plus", "Bada", "Tizen", "HarmonyOS", "webOS", "MeeGo",
  ]
  private static let screens: Set<String> = [
    "tvOS", "ATV OS X", "Apple TV", "WatchOS", "watchOS", "Chromecast", "Chromecast Android",
    "Chromecast Fuchsia",
    "Roku", "WebTV", "Google TV", "GoogleTV", "FireOS TV",
  ]
}
