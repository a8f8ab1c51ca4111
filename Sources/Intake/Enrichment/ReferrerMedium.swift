internal import Bytes

/// How a visitor came, by the page that led here. The words are the Journey API's.
enum ReferrerMedium: String, CaseIterable {
  case `internal`, search, social, email, paid, unknown

  /// Who a host belongs to.
  struct Site: Hashable {
    var name: String
    var medium: ReferrerMedium
  }

  /// The site of a host; `nil` for one that is not in the table.
  static func site(of hostname: [UInt8]) -> Site? {
    let labels = hostname.split(separator: ASCII.point).map { String(decoding: $0, as: UTF8.self) }
    for first in labels.indices {
      let name = labels[first...].joined(separator: ".")
      if let site = sites[name] { return site }
    }
    // Search engines with a domain in each country: the brand is in front of a suffix of at most two labels.
    for (index, label) in labels.enumerated() where (1...2).contains(labels.count - 1 - index) {
      if let name = everywhere[label] { return Site(name: name, medium: .search) }
    }
    return nil
  }

  /// Whether a page's URL has a parameter of an ad network's link, or a medium that is paid for.
  static func isPaid(_ parameters: [PageAddress.Parameter]) -> Bool {
    for parameter in parameters {
      if clickIDs.contains(parameter.name) { return true }
      if parameter.name == utmMedium, paidMedia.contains(parameter.value.map { ASCII.lowercased($0) }) {
        return true
      }
    }
    return false
  }

  private static let utmMedium = Array("utm_medium".utf8)
  private static let clickIDs = words([
    "gclid", "gbraid", "wbraid", "dclid", "msclkid", "fbclid", "ttclid", "twclid", "li_fat_id",
  ])
  private static let paidMedia = words([
    "cpc", "ppc", "cpm", "cpv", "paid", "paidsearch", "paid-search", "paid_search", "paidsocial",
    "paid-social", "paid_social", "display", "banner", "retargeting", "affiliate",
  ])

  private static func words(_ words: [String]) -> Set<[UInt8]> { Set(words.map { Array($0.utf8) }) }

  private static let everywhere = [
    "google": "Google", "yandex": "Yandex", "yahoo": "Yahoo", "ecosia": "Ecosia", "qwant": "Qwant",
  ]

  private static let sites: [String: Site] = {
    func all(_ medium: ReferrerMedium, _ names: KeyValuePairs<String, String>) -> [(String, Site)] {
      names.map { ($0.key, Site(name: $0.value, medium: medium)) }
    }
    let search = all(
      .search,
      [
        "bing.com": "Bing", "duckduckgo.com": "DuckDuckGo", "baidu.com": "Baidu", "naver.com": "Naver",
        "seznam.cz": "Seznam", "startpage.com": "Startpage", "search.brave.com": "Brave", "ask.com": "Ask",
        "sogou.com": "Sogou", "so.com": "360 Search", "daum.net": "Daum", "aol.com": "AOL",
        "search.marginalia.nu": "Marginalia", "kagi.com": "Kagi", "mojeek.com": "Mojeek",
        "swisscows.com": "Swisscows",
      ])
    let social = all(
      .social,
      [
        "facebook.com": "Facebook", "fb.com": "Facebook", "instagram.com": "Instagram", "t.co": "X",
        "twitter.com": "X", "x.com": "X", "linkedin.com": "LinkedIn", "lnkd.in": "LinkedIn",
        "youtube.com": "YouTube", "youtu.be": "YouTube", "reddit.com": "Reddit", "pinterest.com": "Pinterest",
        "tiktok.com": "TikTok", "vk.com": "VK", "weibo.com": "Weibo", "tumblr.com": "Tumblr",
        "xing.com": "XING", "threads.net": "Threads", "bsky.app": "Bluesky", "mastodon.social": "Mastodon",
        "news.ycombinator.com": "Hacker News", "quora.com": "Quora", "snapchat.com": "Snapchat",
        "web.whatsapp.com": "WhatsApp", "t.me": "Telegram", "discord.com": "Discord",
      ])
    let email = all(
      .email,
      [
        "mail.google.com": "Gmail", "mail.yahoo.com": "Yahoo Mail", "outlook.live.com": "Outlook",
        "outlook.office.com": "Outlook", "outlook.office365.com": "Outlook", "mail.proton.me": "Proton Mail",
        "mail.aol.com": "AOL Mail", "mail.yandex.ru": "Yandex Mail", "mail.zoho.com": "Zoho Mail",
        "icloud.com": "iCloud Mail", "mail.ru": "Mail.ru",
      ])
    return Dictionary(search + social + email) { first, _ in first }
  }()
}
