"""Each element of the agent's view, by role and name: elements.py PORT HEALTH DRIVER STEP. What is looked for and where is in
docs/design/console.md."""
import json
import re
import sys
import time
import urllib.parse
import uuid

from console import DRIVER, HOSTILE, OPENER, SITE, STEP, ago, check, post, settled, visit
from webdriver import Browser

CALLER = "+353871234567"
# Time goes on at once where a check says so, and answers of the server are other ones.
CLOCK = """
window.later = 0;
const now = Date.now;
Date.now = () => now() + window.later;
window.asked = [];
const ask = window.fetch;
window.fetch = async (...question) => {
  window.asked.push(String(question[0]));
  const answer = window.refuse?.(String(question[0])) ?? await ask(...question);
  const fields = new Headers(answer.headers);
  if (window.lag) fields.set('Sojourn-Lag', window.lag);
  return window.lag ? new Response(answer.body, { status: answer.status, headers: fields }) : answer;
};
"""


def call(name, *steps):
    """A call of the caller, as the detail feed says it: kinds with their seconds ago and members."""
    own = {"conversationId": str(uuid.uuid5(uuid.NAMESPACE_URL, name)), "mediaType": "VOICE", "provider": "Edge", "direction": "INBOUND",
           "ani": "tel:" + CALLER, "dnis": "tel:+35315550100"}
    now, events = time.time(), []
    for kind, seconds, more in steps:
        leg = str(uuid.uuid5(uuid.NAMESPACE_URL, name + ("user" if kind.startswith(("user", "wrapup")) else "customer")))
        events.append({"topicName": f"v2.detail.events.conversation.{own['conversationId']}.{kind}",
                       "eventBody": {**own, "participantId": leg, "sessionId": leg, "eventTime": int((now - seconds) * 1000), **more}})
    return events


def conversation(name):
    return str(uuid.uuid5(uuid.NAMESPACE_URL, name))


QUEUE, AGENT = {"queueId": "Support"}, {"userId": "Dana", "queueId": "Support"}
ANSWERED = {**QUEUE, "acdOutcome": "ANSWERED", "disconnectType": "TRANSFER"}


def talk(name, start, *end):
    return call(name, ("customer.start", start, {}), ("acd.start", start - 5, QUEUE), ("acd.end", start - 30, ANSWERED), ("user.start", start - 30, AGENT), *end)


def calls():
    """A call in each state that a card can have, the oldest event first: what comes later ends what was before."""
    return sorted([
        *call("waiting", ("customer.start", 40, {}), ("acd.start", 35, QUEUE)),
        *talk("talking", 120),
        *call("gone", ("customer.start", 700, {}), ("acd.start", 690, QUEUE), ("acd.end", 600, {**QUEUE, "acdOutcome": "ABANDON", "disconnectType": "CLIENT"}),
              ("customer.end", 600, {"disconnectType": "CLIENT"})),
        *talk("after", 300, ("user.end", 60, {**AGENT, "disconnectType": "CLIENT"}), ("customer.end", 60, {"disconnectType": "PEER"})),
        *talk("bare", 2400, ("user.end", 2000, {**AGENT, "disconnectType": "CLIENT"}), ("customer.end", 2000, {"disconnectType": "PEER"}),
              ("wrapup", 1990, {**AGENT, "wrapupCode": "ININ-WRAP-UP-TIMEOUT"})),
        *talk("complaint", 5400, ("customer.end", 5000, {"disconnectType": "ENDPOINT"}), ("user.end", 4999, {**AGENT, "disconnectType": "PEER"}),
              ("wrapup", 4980, {**AGENT, "wrapupCode": "Complaint", "wrapupNotes": "late delivery"})),
    ], key=lambda event: event["eventBody"]["eventTime"])


# Title, colour, words and the colour's word of the card of each call, the newest first.
STATES = [("waiting", "blue", "Waiting", "active"), ("talking", "blue", "Active Now", "active"), ("after", "blue", "After-call work", "active"),
          ("gone", "white", "Ended by Customer", "abandoned"), ("bare", "grey-pending", "No wrap-up", "over, wrap-up missing"),
          ("complaint", "grey", "Wrap-up: Complaint", "over")]
EMAIL = "ada@example.com"
TRAITS = {"givenName": "Ada", "familyName": "Byron"}


def fill(browser):
    form = {"name": "form_submitted", "attributes": {"type": "First Time Buyer", "amount": 250000, HOSTILE[7]: HOSTILE[0]}}
    about = {"geolocation": {"country": "IE", "countryName": "Ireland", "locality": "Cork"}, "mktCampaign": {"source": "news", "medium": "mail", "name": "spring"},
             "referrerUrl": "https://search.example.com/?q=bikes", "device": {"category": "desktop", "osFamily": "Linux"},
             "browser": {"family": "Firefox", "version": "140"}, "authenticated": True}
    settled(
        post("web", visit("e0", 9000, "Last time", **about)),
        post("web", visit("e1", 900, "Home Page", **about), visit("e2", 890, "Search", name="searched", searchQuery="cargo bike"),
             visit("e3", 500, "Loan Application", **form), visit("e4", 200, "Search again", name="searched", searchQuery="helmet"),
             visit("e5", 100, "Thank you", name="purchased"), visit("e6", 20, "Checkout")),
        post("custom", {"id": "c1", "eventName": "in_transit", "createdDate": ago(400), "customerId": "ada", "customerIdType": "cookie",
                        "sessionType": "delivery", "externalId": "WMBK-1", "externalUrl": "https://parcels.example.com/WMBK-1",
                        "attributes": {"Location": "Cork", "Weight": 12}}),
        post("app", {"id": "m1", "eventName": "screen_viewed", "createdDate": ago(100), "customerId": "ada", "customerIdType": "cookie", "screenName": "Basket"}),
        post("custom", *({"id": f"t{n}", "eventName": "noted", "createdDate": ago(5000 - n), "customerId": "max", "customerIdType": "cookie",
                          "sessionType": "ticket", "externalId": f"T-{n}"} for n in range(60))),
        post("web", visit("p1", 60, "Home Page", customer="cookie-ada", traits={**TRAITS, "email": EMAIL, "note": HOSTILE[0]})),
        post("conversation", *calls()))


def page(browser, path, role="article"):
    browser.go(f"{SITE}/console/{path}")
    browser.one(role)


def copies(browser, button):
    """What a button copies, and what stands beside it."""
    return browser.run("""window.copied = null;
      navigator.clipboard.writeText = async (text) => { window.copied = text; };
      arguments[0].click();
      return [window.copied, arguments[0].closest('dd, li, div').querySelector('bdi, span span, span')?.innerText ?? null]""", button)


def header(browser):
    """Product, tabs, search field, how things stand, size, light and dark; all of it remembered."""
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=CLOCK)
    page(browser, "customer/cookie/ada")
    banner = browser.one("banner")
    browser.one("search", None, banner)
    assert browser.label(browser.one("searchbox", None, banner)) == "Find a customer, a session or a conversation"
    tabs = [browser.label(link) for link in browser.all("link", None, browser.one("navigation", "Views"))]
    assert tabs == ["Customer", "Live", "Operations", "Definitions"], tabs
    browser.until(lambda: any("Live" in browser.of(e) for e in browser.all("status", None, banner)), "nobody says that it is live")
    browser.click_on("link", "Definitions", banner)
    browser.one("heading", "Definitions")
    current = browser.one("link", "Definitions", banner)
    assert browser.run("return arguments[0].getAttribute('aria-current')", current) == "page"
    # A page that asks says how old its answer is; one whose answer lags behind says by how much.
    browser.run("window.later = 4000")
    browser.says("Updated ")
    browser.run("window.lag = '12400'")
    browser.click_on("link", "Operations", banner)
    browser.says("Behind 12 s")
    browser.run("window.lag = null")
    browser.until(lambda: "Behind" not in browser.text(), "it is behind for ever")
    browser.click_on("link", "Sojourn", banner)
    browser.one("heading", "Whose journey?")
    browser.click_on("link", "Who is on the site now")
    browser.one("heading", "Who is here now")
    page(browser, "customer/cookie/ada")
    width = "return document.querySelector('main').getBoundingClientRect().width"
    wide = browser.run(width)
    browser.click_on("button", "Display")
    browser.click_on("radio", "Half size")
    assert browser.run(width) <= 480 < wide, (browser.run(width), wide)
    ground = "return getComputedStyle(document.body).backgroundColor"
    browser.click_on("radio", "Light")
    light = browser.run(ground)
    browser.click_on("radio", "Dark")
    assert browser.run(ground) != light
    page(browser, "customer/cookie/ada")
    assert browser.run(width) <= 480 and browser.run(ground) != light, "size and theme are forgotten"
    browser.click_on("button", "Display")
    browser.click_on("radio", "Full size")
    browser.click_on("radio", "As the system")
    assert browser.run(width) == wide
    browser.run("localStorage.clear()")
    # Within an agent's desktop there is no header.
    page(browser, "customer/cookie/ada?embed=1")
    assert not browser.all("banner") and browser.all("article")


# How often the list of max was asked for.
LISTS = "return window.asked.filter((path) => path.includes('/max/sessions')).length"


def followed(browser):
    """Waits until the page is told of changes, and has asked anew for what changed before it was."""
    browser.until(lambda: any("Live" in browser.of(each) for each in browser.all("status")), "it is not live")
    browser.until(lambda: browser.run(LISTS) > 1, "the list is not asked for anew")


def listed(browser):
    """The list: loading, a feed with places, more and the end, nothing new under who reads."""
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=CLOCK + """
      const plain = window.fetch;
      window.fetch = async (...question) => { while (/max.sessions/.test(question[0]) && !window.answers) await new Promise((done) => setTimeout(done, 20)); return plain(...question); };
      window.EventSource = class extends EventSource { constructor(...address) { super(...address); window.stream = this; } };""")
    browser.go(f"{SITE}/console/customer/cookie/max")
    browser.one("status", "Loading sessions")
    browser.run("window.answers = true")
    feed = browser.one("feed", "Sessions")
    browser.until(lambda: len(browser.all("article", None, feed)) == 25, "not 25 cards")
    articles = browser.all("article", None, feed)
    places = "return [...document.querySelectorAll('[role=article]')].map((e) => [e.getAttribute('aria-posinset'), e.getAttribute('aria-setsize')])"
    assert browser.run(places)[:2] == [["1", "-1"], ["2", "-1"]], browser.run(places)[:2]
    assert browser.label(articles[0]) == "Ticket"
    browser.click_on("button", "Load more")
    browser.until(lambda: len(browser.run(places)) == 50, "not 50 cards")
    browser.click_on("button", "Load more")
    browser.says("No more sessions")
    assert browser.run(places)[-1] == ["60", "60"], browser.run(places)[-1]
    followed(browser)
    browser.run("document.querySelector('.scroller').scrollTop = 1000")
    post("custom", {"id": "t60", "eventName": "noted", "createdDate": ago(0), "customerId": "max", "customerIdType": "cookie", "sessionType": "ticket", "externalId": "T-60"})
    browser.one("button", "1 new session")
    # Nor does a list that is asked for anew move anything.
    place = "return Math.round([...document.querySelectorAll('[role=article]')].at(-1).getBoundingClientRect().top)"
    before, asked = browser.run(place), browser.run(LISTS)
    browser.run("window.stream.dispatchEvent(new MessageEvent('resync', { data: '' }))")
    browser.until(lambda: browser.run(LISTS) > asked, "the list is not asked for anew")
    time.sleep(1)
    assert abs(browser.run(place) - before) <= 1, (before, browser.run(place))
    browser.click_on("button", "1 new session")
    browser.says("T-60")
    browser.go(f"{SITE}/console/customer/cookie/nobody-at-all")
    browser.one("heading", "No sessions")
    assert browser.one("heading", "Unknown")
    # There is no more of somebody of whom nothing is known.
    assert "More about this customer" not in browser.text()


def states(browser):
    """Every colour with its picture and its words; title, time, queue, agent; what a visit brings along."""
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=CLOCK)
    page(browser, "customer/phone/" + urllib.parse.quote(CALLER))
    browser.until(lambda: len(browser.all("article", "Inbound")) == len(STATES), "not all calls")
    pictures, grounds = {}, {}
    for article, (name, color, words, spoken) in zip(browser.all("article", "Inbound"), STATES):
        text = browser.of(article)
        assert words in text, (name, text)
        drawn = browser.run("""const pill = arguments[0].querySelector('.pill'); const style = getComputedStyle(arguments[0]);
          return [arguments[0].dataset.color, pill.textContent, pill.querySelector('path').getAttribute('d'), style.backgroundColor + style.backgroundImage]""", article)
        assert drawn[0] == color and spoken in drawn[1], (name, drawn)
        pictures[color], grounds[color] = drawn[2], drawn[3]
        for label, value in (("Queue", "Support"), ("Agent", "-" if name in ("waiting", "gone") else "Dana")):
            assert re.search(rf"{label}:?\s*{value}", text), (name, label, text)
    assert len(set(pictures.values())) == 4 and len(set(grounds.values())) == 4, (pictures, grounds)
    article = browser.all("article", "Inbound")[-1]
    when = browser.run("const t = arguments[0].querySelector('time'); return [t.dateTime, t.title, t.innerText]", article)
    assert when[0][:10] == ago(5400)[:10] and when[1][:10] == when[0][:10] and re.search(r"\d{1,2}:\d\d [AP]M", when[2].replace("\u202f", " ")), when
    # Who took part: a lane each.
    browser.click_on("button", "Inbound", article)
    table = browser.one("table", None, article)
    rows = [browser.label(row) for row in browser.all("rowheader", None, table)]
    assert len(rows) == 3 and any("Dana" in row for row in rows) and any("Support" in row for row in rows), rows
    assert "Wrap-up: Complaint" in browser.of(table), browser.of(table)
    page(browser, "conversation/" + conversation("complaint"))
    browser.until(lambda: len(browser.all("button", "Click to close")) == 1, "the conversation is not open")
    opened = browser.run("return document.querySelector('sj-card.open').innerText")
    assert "Wrap-up: Complaint" in opened and "late delivery" in browser.run("return document.querySelector('sj-card.open').textContent"), opened
    page(browser, "customer/cookie/ada")
    visits = browser.all("article", "Web Visit")
    assert len(visits) == 2 and "Ended" in browser.of(visits[1]) and "Last page" in browser.of(visits[1]), browser.of(visits[1])
    infos = [browser.label(info) for info in browser.all("image", None, visits[0])]
    wanted = ["Place: Cork", "Campaign: news · mail · spring", "Came from: search.example.com", "Device: desktop · Linux", "Browser: Firefox 140", "Signed in", "Returning visitor"]
    assert all(any(info.startswith(text) for info in infos) for text in wanted), infos
    assert browser.run("return arguments[0].title", browser.all("image", None, visits[0])[0]) == infos[0]
    browser.one("article", "App Visit")
    assert "Basket" in browser.of(browser.one("article", "App Visit"))
    delivery = browser.one("article", "Delivery")
    assert re.search(r"Location:?\s*Cork", browser.of(delivery)) and re.search(r"Weight:?\s*12", browser.of(delivery)), browser.of(delivery)
    link = browser.one("link", "WMBK-1", delivery)
    assert browser.run("return [arguments[0].href, arguments[0].rel]", link) == ["https://parcels.example.com/WMBK-1", "noopener noreferrer"]
    # The duration of what goes on counts on by itself.
    shown = "return arguments[0].querySelector('[data-fact=duration] dd').innerText"
    before = browser.run(shown, visits[0])
    browser.run("window.asked = []; window.later = 300000")
    browser.until(lambda: browser.run(shown, visits[0]) != before, "the duration does not count", 40)
    assert not [path for path in browser.run("return window.asked") if "/journey/sessions" in path or "/v1/customers" in path], browser.run("return window.asked")


def small(browser):
    """An opened call, too, is as wide as a page of 320 pixels."""
    browser.size(320, 700)
    page(browser, "customer/phone/" + urllib.parse.quote(CALLER))
    browser.run("for (const button of document.querySelectorAll('button.toggle[aria-expanded=false]')) button.click()")
    browser.run("for (const node of document.querySelectorAll('details')) node.open = true")
    browser.one("table")
    wide = "const e = document.querySelector('.scroller'); return [e.scrollWidth - e.clientWidth, document.body.scrollWidth - innerWidth]"
    browser.until(lambda: max(browser.run(wide)) <= 0, f"wider than the page: {browser.run(wide)}", 6)
    # A word in the table is broken where words are.
    assert browser.run("return Math.min(...[...document.querySelectorAll('.lane-result')].map((e) => e.clientWidth))") >= 90


def opened(browser):
    """The whole header of a card is one button; searches, segments in order, outcomes, details."""
    page(browser, "customer/cookie/ada")
    card = browser.one("article", "Web Visit")
    for text in ("Searches:\n2", "Segments:\n2", "Outcomes:\n1", "Events:\n6"):
        assert text.replace(":\n", "") in re.sub(r"[:\s]+", "", browser.of(card)) or text in browser.of(card), (text, browser.of(card))
    button = browser.one("button", "Click to expand", card)
    assert browser.run("return [arguments[0].ariaExpanded, document.getElementById(arguments[0].getAttribute('aria-controls')).hidden]", button) == ["false", True]
    browser.click(button)
    assert browser.run("return [arguments[0].ariaExpanded, document.getElementById(arguments[0].getAttribute('aria-controls')).hidden]", button) == ["true", False]
    for title in ("Journey map", "Searches performed", "Segments matched", "Outcomes"):
        browser.one("heading", title, card)
    searches = browser.run("return [...arguments[0].querySelectorAll('.searches li')].map((e) => e.innerText.trim())", card)
    assert searches == ["cargo bike", "helmet"], searches
    browser.click_on("button", "helmet", card)
    assert "helmet" in browser.of(browser.one("dialog"))
    browser.press("Escape")
    # In the order of assignment, though names are in another; the colour is beside the text and never its own.
    chips = browser.run("""return [...arguments[0].querySelectorAll('section ol.chips .chip')].map((e) => [e.querySelector('bdi').innerText,
      getComputedStyle(e.querySelector('.swatch')).backgroundColor, getComputedStyle(e.querySelector('bdi')).color])""", card)
    assert [(name, color) for name, color, _ in chips] == [("Searchers", "rgb(160, 48, 32)"), ("First-time buyers", "rgb(48, 128, 0)")], chips
    assert chips[0][2] == chips[1][2]
    outcomes = browser.run("return [...arguments[0].querySelectorAll('.outcomes li')].map((e) => [e.innerText.replace(/\\s+/g, ' '), e.dataset.achieved ?? null])", card)
    assert outcomes[0][0].startswith("Bought Achieved") and outcomes[0][1] == "good" and outcomes[1] == ["Sent back Not yet", None], outcomes
    browser.click_on("button", "Click to expand", browser.one("article", "Delivery"))
    assert len(browser.all("button", "Click to close")) == 2
    browser.click_on("button", "Click to close", card)
    assert len(browser.all("button", "Click to close")) == 1
    # An older state of a session changes nothing; a newer one is marked where it says something else.
    told = browser.run("""const [card] = arguments; const { session } = card;
      card.update({ ...session, revision: 0, card: { ...session.card, currentPage: 'Older' } });
      const before = card.innerText.includes('Older');
      card.update({ ...session, revision: session.revision + 1, card: { ...session.card, currentPage: 'Newer' } });
      return [before, card.innerText.includes('Newer'), card.querySelector('.flash')?.innerText]""", card)
    assert told == [False, True, "Newer"], told


def mapped(browser):
    """The map: order, gaps, what rules gave, tooltip and dialog, what was held back."""
    page(browser, "customer/cookie/ada")
    card = browser.one("article", "Web Visit")
    browser.click_on("button", "Click to expand", card)
    browser.one("list", "Journey map", card)
    browser.until(lambda: browser.all("button", "Outcome achieved", card), "the map is not whole")
    # Offers of which nothing became are there for who asks.
    items = "return [...arguments[0].querySelectorAll('button.item')].map((e) => [e.dataset.kind, e.ariaLabel])"
    names = [label for _, label in browser.run(items, card)]
    for name in ("page_viewed, Home Page", "searched, cargo bike", "Segment matched, Searchers", "form_submitted, Loan Application", "Segment matched, First-time buyers",
                 "Action, Call first-time buyers back, expired", "purchased, Thank you", "Outcome achieved, Bought", "page_viewed, Checkout"):
        assert any(label.startswith(name) for label in names), (name, names)
    order = [next(place for place, label in enumerate(names) if label.startswith(name)) for name in ("page_viewed, Home", "searched, cargo", "form_submitted", "purchased", "page_viewed, Checkout")]
    assert order == sorted(order), names
    gaps = browser.run("return [...arguments[0].querySelectorAll('.gap')].map((e) => e.innerText.trim())", card)
    assert gaps == ["6 mins", "5 mins"], gaps
    held = browser.one("button", "held back", card)
    browser.click(held)
    browser.until(lambda: len(browser.run(items, card)) > len(names), "nothing that was held back is shown")
    browser.click_on("button", "Hide", card)
    # A tooltip stays while it is pointed at, and goes with Escape; what was said verbatim.
    browser.hover(browser.one("button", "form_submitted, Loan Application", card))
    tip = browser.one("tooltip")
    browser.hover(tip)
    time.sleep(0.5)
    text = browser.of(browser.one("tooltip"))
    assert all(part in text for part in ("amount", "250000", "First Time Buyer", HOSTILE[7], HOSTILE[0])), text
    browser.press("Escape")
    browser.until(lambda: not browser.all("tooltip"), "Escape closes no tooltip")
    browser.click(browser.one("button", "Segment matched, First-time buyers", card))
    dialog = browser.one("dialog", "Segment matched")
    assert "Why" in browser.of(dialog) and "attributes.type.value equal First Time Buyer" in browser.of(dialog)
    assert browser.run("return [...document.querySelectorAll('button.item.lit')].map((e) => e.dataset.id)") == ["e3"]
    assert "/console/explain?" in browser.run("return arguments[0].href", browser.one("link", "Explain in full", dialog))
    browser.click_on("button", "Close", dialog)
    assert not browser.all("dialog") and "First-time buyers" in browser.focused()
    browser.click(browser.one("button", "page_viewed, Home Page", card))
    dialog = browser.one("dialog")
    buttons = browser.all("button", "Copy", dialog)
    assert len(buttons) == 3, len(buttons)
    for button in buttons:
        copied, beside = copies(browser, button)
        assert copied == beside, (copied, beside)
    assert copies(browser, browser.one("button", "Copy Event id", dialog))[0] == "e1"
    # A click elsewhere closes it.
    browser.click(browser.one("heading", "Journey map", card))
    browser.until(lambda: not browser.all("dialog"), "a click elsewhere closes nothing")


def copied(browser):
    """What a button copies is what stands beside it: of every value that is shown; also where there is no clipboard."""
    browser.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    page(browser, "customer/cookie/ada")
    for article in browser.all("article")[:3]:
        browser.click_on("button", "Click to expand", article)
    browser.run("for (const node of document.querySelectorAll('details')) node.open = true")
    found = browser.run("""const found = []; navigator.clipboard.writeText = async (text) => { window.copied = text; };
      for (const button of document.querySelectorAll('button.copy')) {
        window.copied = null;
        button.click();
        const place = button.closest('dd, li').cloneNode(true);
        for (const other of place.querySelectorAll('button.copy, .muted')) other.remove();
        found.push([button.ariaLabel, window.copied, place.textContent.trim()]);
      }
      return found""")
    assert len(found) > 25 and all(value == beside for _, value, beside in found), (len(found), [entry for entry in found if entry[1] != entry[2]])
    page(browser, "customer/cookie/ada")
    card = browser.one("article", "Web Visit")
    browser.click_on("button", "Click to expand", card)
    browser.run("window.read = navigator.clipboard.readText.bind(navigator.clipboard); Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    browser.click_on("button", "Copy Search", card)
    browser.until(lambda: browser.run("return window.read()") == "cargo bike", "nothing is copied without a clipboard")
    assert any("Copied" in browser.of(each) or "Copied" in browser.run("return arguments[0].textContent", each) for each in browser.all("status"))


def failing(browser):
    """What cannot be loaded says so, with a button that tries again."""
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=CLOCK)
    page(browser, "customer/cookie/max")
    broken = "window.refuse = (path) => (/%s/.test(path) ? new Response('{\"message\":\"the view cannot be read\",\"code\":\"service.unavailable\"}', { status: 503 }) : null)"
    # A whole list that is asked for anew and refused has another button that tries again.
    followed(browser)
    browser.one("button", "Load more")
    browser.run(broken % "max.sessions")
    browser.click_on("button", "Load more")
    browser.one("alert", "")
    browser.says("Could not load.")
    browser.run("window.refuse = null")
    browser.click_on("button", "Retry")
    browser.until(lambda: browser.run("return document.querySelectorAll('sj-card').length") > 25, "it does not go on")
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=broken % "nobody.sessions")
    browser.go(f"{SITE}/console/customer/cookie/nobody")
    browser.one("heading", "That did not work")
    browser.one("button", "Retry")
    # In one go: the page tries again by itself as well.
    browser.run("window.refuse = null; [...document.querySelectorAll('button')].find((one) => one.textContent.includes('Retry'))?.click()")
    browser.one("heading", "No sessions")
    # The files of a view that cannot be loaded are asked for again.
    browser.cdp("Network.enable")
    browser.cdp("Network.setBlockedURLs", urls=["*/operations.js"])
    browser.click_on("link", "Operations")
    browser.one("heading", "The server does not answer")
    browser.cdp("Network.setBlockedURLs", urls=[])
    browser.one("heading", "Throughput")
    # Who is here now says that it loads.
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source="window.refuse = (path) => (/v1.sessions/.test(path) ? new Promise(() => {}) : null)")
    browser.go(f"{SITE}/console/live")
    browser.says("Loading sessions…")
    assert not browser.all("table")


def contact_of(customer):
    with OPENER.open(f"{SITE}/v1/customers/cookie/{customer}/sessions", timeout=30) as answer:
        return json.load(answer)["entities"][0]["externalContact"]["id"]


def has_traits(browser):
    """What a contact is said to be is shown verbatim, and copied as it is shown."""
    panel = browser.one("complementary", "Customer")
    browser.until(lambda: "givenName" in browser.of(panel), "no traits: " + browser.of(panel))
    rows = browser.run("""return [...arguments[0].querySelectorAll('.known section')][0].innerText.split('\\n').map((e) => e.trim()).filter(Boolean)""", panel)
    shown = " ".join(rows)
    for name, value in {**TRAITS, "note": HOSTILE[0]}.items():
        assert name in shown and value in shown, (name, value, rows)
        button = browser.one("button", f"Copy {name}", panel)
        got = browser.run("""navigator.clipboard.writeText = async (text) => { window.copied = text; }; arguments[0].click();
          return [window.copied, [...arguments[0].closest('li').querySelectorAll('bdi')].at(-1).innerText]""", button)
        assert got == [value, value], got


def traits(browser):
    page(browser, "customer/cookie/cookie-ada")
    has_traits(browser)
    page(browser, "contact/" + contact_of("cookie-ada"))
    has_traits(browser)
    assert browser.run("return document.querySelectorAll('img[src=x], main script').length") == 0
    # Sessions of before come in when somebody turns out to be the same.
    settled(post("web", visit("p0", 1000, "Earlier", customer="cookie-other")))
    post("web", visit("p2", 0, "Signed in", customer="cookie-other", traits={"email": EMAIL}))
    browser.until(lambda: len(browser.all("article", "Web Visit")) == 2, "the earlier session does not come")
    assert any("An earlier session of this person was found" in browser.run("return arguments[0].textContent", each) for each in browser.all("status"))


def granted(browser):
    """Traits are of the contact: who may not see contacts sees none, and the sessions as before. Less again, and there is nothing to open."""
    for name, token in json.load(open("tokens.json")).items():
        browser.go(f"{SITE}/console/customer/cookie/cookie-ada")
        browser.until(lambda: browser.run("return document.querySelector('input[type=password]')"), "no login")
        assert not browser.all("search"), "who is not known yet can look for somebody"
        browser.type(browser.run("return document.querySelector('input[type=password]')"), token)
        browser.click_on("button", "Log in")
        browser.one("article", "Web Visit")
        if name == "with":
            has_traits(browser)
        else:
            browser.says("Sessions shown")
            told = browser.run("return document.body.textContent")
            assert "givenName" not in told and HOSTILE[0] not in told and "Known by" not in told, told
        # Where there is nothing more to see a card has no button.
        assert bool(browser.all("button", "Click to expand")) == (name != "bare"), name
        browser.click_on("button", "Display")
        browser.click_on("button", "Log out")
        browser.until(lambda: browser.run("return document.querySelector('input[type=password]')"), "not logged out")


# Texts of a page with what of them is no data: names, ids and values stand in elements that take their direction from them.
LATIN = """
const own = (node) => { const e = node.nodeType === 3 ? node.parentElement : node; return !e.closest('[dir=auto], pre, code, .mono, textarea, script, style, noscript, svg title[data-own]'); };
const found = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node = walk.nextNode(); node; node = walk.nextNode()) if (own(node)) found.push(node.data);
for (const e of document.querySelectorAll('[aria-label], [title], [placeholder], [aria-valuetext], optgroup'))
  for (const name of ['aria-label', 'title', 'placeholder', 'aria-valuetext', 'label']) if (own(e) && e.getAttribute(name)) found.push(e.getAttribute(name));
return [document.title, ...found].filter((text) => /[A-Za-z]{2,}/.test(text))"""
# What is written in Latin letters in Chinese as well: names of the product, of languages, units, forms and commands.
SAME = r"[0-9a-f]{8}|Sojourn|English|URL|JSON|IP|Cookie|KiB|MiB|GiB|sojourn definitions apply FOLDER|sojourn redrive|[a-zA-Z]+:[a-zA-Z]+:[a-z]+|maxSnapshotBytes"


def chinese(browser):
    """In Chinese no English word is left on any screen, apart from data and names."""
    browser.go(f"{SITE}/console/")
    browser.run("localStorage.setItem('sojourn.language', 'zh')")
    session = json.load(OPENER.open(f"{SITE}/v1/customers/cookie/ada/sessions", timeout=30))["entities"][0]["id"]
    query = urllib.parse.urlencode({"session": session, "kind": "segment", "definition": "searchers"})
    screens = {"": "查看谁的旅程", "customer/cookie/ada": "网页访问", "customer/phone/" + urllib.parse.quote(CALLER): "呼入", "customer/cookie/nobody": "没有会话",
               "contact/" + contact_of("cookie-ada"): "已知标识", "live": "当前在线", "operations": "吞吐量", "definitions": "定义", f"explain?{query}": "须发生的事件", "explain": "请选择",}
    data = known_words()
    left = {}
    for path, text in screens.items():
        browser.go(f"{SITE}/console/{path}")
        browser.says(text)
        browser.until(lambda: "正在加载" not in browser.text() and "正在读取" not in browser.text(), "it loads for ever")
        browser.run("for (const button of document.querySelectorAll('button.toggle[aria-expanded=false]')) button.click()")
        browser.run("for (const node of document.querySelectorAll('details')) node.open = true")
        browser.run("for (const button of document.querySelectorAll('button.link[aria-expanded=false]')) button.click()")
        time.sleep(1)
        words = set()
        for found in browser.run(LATIN):
            words.update(re.findall(r"[A-Za-z][A-Za-z_.'-]+", re.sub(SAME, " ", found)))
        left[path] = sorted(words - data)
    assert not any(left.values()), json.dumps(left, indent=1)
    # And nothing of it stays in English.
    browser.go(f"{SITE}/console/customer/cookie/ada")
    browser.click_on("button", "显示")
    browser.click_on("radio", "English")
    browser.says("Active Now")
    browser.until(lambda: not re.findall(r"[\u4e00-\u9fff]+", browser.run("return document.querySelector('main').innerText")), "Chinese stays")
    browser.run("localStorage.removeItem('sojourn.language')")


def loads(browser):
    """What a browser loads for a view, unpacked, is 120 KB at most, and nothing of another language."""
    session = json.load(OPENER.open(f"{SITE}/v1/customers/cookie/ada/sessions", timeout=30))["entities"][0]["id"]
    query = urllib.parse.urlencode({"session": session, "kind": "segment", "definition": "searchers"})
    screens = {"": "Whose journey?", "customer/cookie/ada": "Web Visit", "live": "Who is here now", "operations": "Throughput", "definitions": "Searchers",
               f"explain?{query}": "What has to happen"}
    told = []
    # What is there from a view before has no size.
    browser.cdp("Network.enable")
    browser.cdp("Network.setCacheDisabled", cacheDisabled=True)
    for path, text in screens.items():
        browser.go(f"{SITE}/console/{path}")
        browser.says(text)
        files = browser.run("""return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
          .filter((e) => /[/]console[/]/.test(e.name)).map((e) => [new URL(e.name).pathname, e.decodedBodySize])""")
        # The picture is the page's and the tab's.
        sizes = dict(files)
        total = sum(sizes.values())
        assert len(files) <= len(sizes) + 1 and not any("/zh." in name for name in sizes), files
        assert all(sizes.values()) and 50_000 < total <= 120_000, (path, total, files)
        told.append(f"{path.split('?')[0] or 'first page'} {total}")
    browser.cdp("Network.setCacheDisabled", cacheDisabled=False)
    print("bytes unpacked: " + ", ".join(told))


def known_words():
    """Words of what was sent and is defined, which stand in labels of buttons as well."""
    names = "page_viewed started routed connected ended queue_left agent_left wrapped_up nobody shop.example.com example.com Earlier Signed"
    texts = " ".join([names, json.dumps(TRAITS), open("definitions/all.yaml").read(), json.dumps(calls())]) + open(__file__).read().split("def fill")[1].split("def page")[0]
    return set(re.findall(r"[A-Za-z][A-Za-z_.'-]+", " ".join([texts, *HOSTILE])))


def main():
    steps = {"header": header, "list": listed, "states": states, "small": small, "opened": opened, "map": mapped, "copies": copied, "failing": failing, "traits": traits,
             "chinese": chinese, "loads": loads, "granted": granted}
    if STEP == "fill":
        return fill(None)
    browser = Browser(DRIVER)
    try:
        browser.size(1280)
        steps[STEP](browser)
        check(browser)
    finally:
        browser.quit()
    print(f"elements: {STEP}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
