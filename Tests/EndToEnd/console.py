"""What somebody sees and does in the console: console.py PORT HEALTH DRIVER STEP, where STEP is one of those below. The gateway
is at PORT, its metrics at HEALTH."""
import datetime
import json
import sys
import urllib.error
import urllib.request

from webdriver import Browser

PORT, HEALTH, DRIVER, STEP = sys.argv[1:5]
SITE = f"http://localhost:{PORT}"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))

# Each would do something if it were read as anything but text.
HOSTILE = [
    "<img src=x onerror=alert(1)>", "<script>alert(2)</script>", "\"></script><script>alert(3)</script>",
    "javascript:alert(4)", "<svg onload=alert(5)>", "{{7*7}}${7*7}", "'-alert(6)-'", "<b>bold</b>&amp;&lt;",
    "<a href=\"javascript:alert(7)\">x</a>", "<iframe srcdoc='<script>alert(8)</script>'>",
]


def post(stream, *events):
    body = "\n".join(json.dumps(event) for event in events).encode()
    request = urllib.request.Request(f"{SITE}/v1/events?stream={stream}", body, {"Content-Type": "application/x-ndjson"})
    with OPENER.open(request, timeout=30) as answer:
        assert json.load(answer)["rejected"] == []
        return answer.headers["Sojourn-Token"]


def settled(*tokens):
    """Waits until questions are answered with what these writes caused."""
    fields = {"Sojourn-Token": ", ".join(tokens), "Prefer": "wait=5"}
    for last in (False, False, True):
        try:
            return OPENER.open(urllib.request.Request(f"{SITE}/v1/sessions?pageSize=1", headers=fields), timeout=30).close()
        except urllib.error.HTTPError as error:
            assert error.code == 503 and not last, error


def ago(seconds):
    now = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds)
    return now.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def visit(event_id, seconds, title, name="page_viewed", customer="ada", **more):
    page = {"url": f"https://shop.example.com/{event_id}", "title": title}
    return {"id": event_id, "eventName": name, "createdDate": ago(seconds), "customerId": customer, "page": page, **more}


def streams():
    with OPENER.open(f"http://localhost:{HEALTH}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("sojourn_live_streams ")))


def check(browser):
    """Nothing went wrong in the page, and it has asked nobody else."""
    assert browser.run("return window.flaws") == [], browser.run("return window.flaws")
    assert browser.logged() == []
    asked = browser.run("return performance.getEntriesByType('resource').map((e) => e.name)")
    assert all(name.startswith(SITE + "/") for name in asked), asked


def agent(browser):
    """An agent looks at a customer: cards, the map, what is copied, what comes meanwhile."""
    post("web", visit("a1", 300, "Home Page"), visit("a2", 290, "Search", searchQuery="cargo bike"),
         visit("a3", 200, "Loan Application", name="form_submitted", attributes={"formName": "Loan", "type": "First Time Buyer"}),
         visit("a4", 20, "Checkout"))
    post("custom", {"id": "d1", "eventName": "in_transit", "createdDate": ago(400), "customerId": "ada", "customerIdType": "cookie",
                    "sessionType": "delivery", "externalId": "WMBK-1", "attributes": {"Location": "Cork"}})
    browser.go(f"{SITE}/console/customer/cookie/ada")
    card = browser.one("article", "Web Visit")
    for text in ("Active Now", "Duration", "Current page", "Checkout", "Searches", "Segments", "Click to expand"):
        assert text in browser.of(card), (text, browser.of(card))
    browser.one("feed")
    browser.one("heading", "Unknown")
    browser.says("Live")
    # Several are open at a time.
    delivery = browser.one("article", "WMBK-1") if browser.all("article", "WMBK-1") else browser.all("article")[1]
    for article in (card, delivery):
        browser.click_on("button", "Click to expand", article)
    assert len([b for b in browser.all("button", "Click to close")]) == 2
    for text in ("Searches performed", "cargo bike", "Segments matched", "First-time buyers", "Details"):
        browser.says(text)
    assert "Location" in browser.of(delivery) and "Cork" in browser.of(delivery)
    segment = browser.one("button", "Segment matched, First-time buyers", card)
    color = browser.run("return getComputedStyle(arguments[0]).getPropertyValue('--swatch')", segment)
    assert color == "#308000", color
    # A tooltip for who points, a dialog for who clicks.
    browser.hover(browser.one("button", "form_submitted, Loan Application", card))
    tip = browser.one("tooltip")
    assert "Loan Application" in browser.of(tip)
    # With what the event said beside its name, which is in no snapshot.
    assert "formName" in browser.of(tip) and "First Time Buyer" in browser.of(tip), browser.of(tip)
    browser.press("Escape")
    browser.until(lambda: not browser.all("tooltip"), "Escape closes no tooltip")
    browser.click(segment)
    dialog = browser.one("dialog", "Segment matched")
    assert "attributes.type.value equal First Time Buyer" in browser.of(dialog), browser.of(dialog)
    assert browser.run("return document.querySelector('button.item.lit').dataset.id") == "a3"
    browser.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser.click_on("button", "Copy Name", dialog)
    copied = browser.run("return navigator.clipboard.readText()")
    assert copied == "First-time buyers", copied
    browser.says("Copied")
    browser.press("Escape")
    # What happens now is shown now, in the card that is open.
    post("web", visit("a5", 0, "Thank you"))
    browser.until(lambda: "Thank you" in browser.of(card), "the card does not change")
    browser.one("button", "page_viewed, Thank you", card)
    assert browser.all("button", "Click to close", card)
    details = browser.one("button", "Copy all as JSON", card) if browser.all("button", "Copy all as JSON", card) else None
    assert details is None
    browser.run("arguments[0].querySelector('summary').click()", card)
    copied = lambda: browser.run("return navigator.clipboard.readText()")

    def copies():
        # The card may be drawn anew between press and release.
        browser.click_on("button", "Copy all as JSON", card)
        return copied().startswith("{")

    browser.until(copies, "nothing is copied")
    session = json.loads(copied())
    assert session["customerId"] == "ada" and session["lastPage"]["title"] == "Thank you"
    # In Chinese by hand, and remembered.
    browser.click_on("button", "Display")
    browser.click_on("radio", "中文")
    browser.says("点击展开")
    browser.go(f"{SITE}/console/customer/cookie/ada")
    browser.says("当前页面")
    assert browser.run("return document.documentElement.lang") == "zh-Hans"
    browser.run("localStorage.removeItem('sojourn.language')")


def keyboard(browser):
    """The same with nothing but keys."""
    browser.go(f"{SITE}/console/customer/cookie/ada")
    browser.one("article", "Web Visit")
    browser.press("Tab")
    assert browser.focused() == "Skip to the sessions", browser.focused()
    browser.press("Enter")
    assert browser.run("return document.activeElement.id") == "main"
    browser.press("/")
    assert browser.run("return document.activeElement.type") == "search"
    browser.press(*"cookie:ada", "Enter")
    browser.one("article", "Web Visit")
    browser.run("document.activeElement.blur()")
    for _ in range(40):
        browser.press("Tab")
        if "Web Visit" in browser.focused():
            break
    assert "Web Visit" in browser.focused(), browser.focused()
    browser.press("Enter")
    browser.one("button", "Click to close")
    browser.until(lambda: browser.all("button", "Segment matched"), "the map is not whole")
    for _ in range(12):
        browser.press("Tab")
        if browser.run("return document.activeElement.classList.contains('item')"):
            break
    # One stop for the whole map; arrows move along it.
    assert "Thank you" in browser.focused() or "Checkout" in browser.focused(), browser.focused()
    browser.press("Home")
    assert "Home Page" in browser.focused(), browser.focused()
    browser.press("Right")
    assert "cargo bike" in browser.focused(), browser.focused()
    browser.one("tooltip")
    browser.press("Enter")
    dialog = browser.one("dialog")
    assert "cargo bike" in browser.of(dialog)
    browser.press("Escape")
    assert "cargo bike" in browser.focused() and not browser.all("dialog"), browser.focused()
    browser.run("document.querySelector('button.toggle').focus()")
    browser.press("PageDown")
    assert "Click to" in browser.focused() and "Web Visit" not in browser.focused(), browser.focused()


def hostile(browser):
    """Texts that would like to be more than that."""
    for number, text in enumerate(HOSTILE):
        post("web", visit(f"x{number}", 60 - number, text, customer="eve", searchQuery=text, referrerUrl="https://x.example/" + text,
                          attributes={f"key{number}": text}, mktCampaign={"source": text, "name": text}))
        post("custom", {"id": f"y{number}", "eventName": "noted", "createdDate": ago(30), "customerId": "eve", "customerIdType": "cookie",
                        "sessionType": "case", "externalId": text, "attributes": {text[:40]: text}})
    post("web", visit("z1", 0, "turned \u202earound\u202c", customer="eve"))
    browser.go(f"{SITE}/console/customer/cookie/eve")
    browser.one("article", "Web Visit")
    browser.run("for (const button of document.querySelectorAll('button.toggle')) button.click()")
    browser.until(lambda: "turned \\u202earound\\u202c" in browser.text(), "what turns text around is not shown")
    browser.run("for (const node of document.querySelectorAll('details')) node.open = true")
    # With the texts of elements that show parts of them only.
    shown = browser.run("return document.body.textContent")
    for text in HOSTILE:
        assert text in shown, text
    for item in range(3):
        browser.run("const b = document.querySelectorAll('button.item')[arguments[0]]; b.scrollIntoView({ block: 'center' }); b.click()", item)
        browser.one("dialog")
        browser.press("Escape")
    assert browser.run("return document.querySelectorAll('img[src=x], iframe, b, main script, main a[href^=javascript]').length") == 0
    browser.go(f"{SITE}/console/live?q=" + urllib.request.quote(HOSTILE[0]))
    browser.says("Who is here now")
    browser.go(f"{SITE}/console/customer/{urllib.request.quote(HOSTILE[0], '')}/{urllib.request.quote(HOSTILE[1], '')}")
    browser.says("No sessions")
    assert HOSTILE[1] in browser.text()


def long(browser):
    """More sessions than are in the page at a time."""
    tokens = []
    for start in range(0, 400, 100):
        tokens.append(post("custom", *({"id": f"m{n}", "eventName": "noted", "createdDate": ago(500 - n), "customerId": "max", "customerIdType": "cookie",
                          "sessionType": "ticket", "externalId": f"T-{n}"} for n in range(start, start + 100))))
    settled(*tokens)
    count = lambda: browser.run("return document.querySelectorAll('sj-card').length")
    # A page that is asked for while the list is on its way anew leaves no hole. A resync is slow here.
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source="""
      const ask = window.fetch;
      let lists = 0;
      window.fetch = async (...question) => {
        const isSlow = /max.sessions.pageSize=[0-9]+$/.test(question[0]) && ++lists === 2;
        window.isAsked ||= isSlow;
        const answer = await ask(...question);
        if (isSlow) { await new Promise((done) => { setTimeout(done, 1500); }); window.isAnew = true; }
        return answer;
      };""")
    browser.go(f"{SITE}/console/customer/cookie/max")
    browser.until(lambda: count() == 25, "not 25 cards")
    browser.until(lambda: browser.run("return window.isAsked"), "the list is not asked for anew")
    browser.until(lambda: count() == 75 or browser.run("document.querySelector('button.more:not([aria-disabled=true])')?.click()"), "not 75 cards")
    browser.until(lambda: browser.run("return window.isAnew"), "the list does not come anew")
    browser.until(lambda: browser.run("return [...document.querySelectorAll('sj-card [data-fact=external] dd')].map((e) => e.textContent)")
                  == [f"T-{399 - n}" for n in range(75)], "the list has a hole")
    browser.go(f"{SITE}/console/customer/cookie/max")
    browser.until(lambda: count() == 25, "not 25 cards")
    pages = 0
    while browser.all("button", "Load more"):
        browser.click_on("button", "Load more")
        pages += 1
        browser.until(lambda: "Loading…" not in browser.text(), "it loads for ever")
        assert count() <= 200, count()
        browser.run("const s = document.querySelector('.scroller'); s.scrollTop = s.scrollHeight")
        # What is at the end is drawn with the next frame.
        browser.until(lambda: browser.all("button", "Load more") or "No more sessions" in browser.text(), "the list has no end")
        assert pages < 40
    # A click while a page is on its way asks for none.
    assert 15 <= pages < 25, pages
    browser.says("No more sessions")
    browser.until(lambda: "T-0" in browser.text(), "the oldest is not there")
    assert "T-399" not in browser.text()
    # Nothing moves under who reads: what is new waits.
    place = "const cards = document.querySelectorAll('sj-card'); return Math.round(cards[cards.length - 5].getBoundingClientRect().top)"
    before = browser.run(place)
    post("custom", {"id": "m400", "eventName": "noted", "createdDate": ago(0), "customerId": "max", "customerIdType": "cookie",
                    "sessionType": "ticket", "externalId": "T-400"})
    pill = browser.one("button", "1 new session")
    assert abs(browser.run(place) - before) <= 1, (before, browser.run(place))
    browser.click(pill)
    browser.says("T-400")
    assert count() <= 200


def live(browser):
    """Who is here now; the address has the filters."""
    post("web", visit("l1", 5, "Helmets", customer="bob"), visit("l2", 3, "Repairs", customer="carol"))
    browser.go(f"{SITE}/console/live")
    browser.one("rowheader", "bob")
    browser.one("rowheader", "carol")
    browser.type(browser.one("searchbox", "Text"), "Repairs")
    browser.press("Enter")
    browser.until(lambda: not browser.all("rowheader", "bob"), "the filter finds too much")
    assert "q=Repairs" in browser.run("return location.search")
    browser.go(browser.run("return location.href"))
    browser.one("rowheader", "carol")
    browser.click_on("button", "Clear filters")
    browser.one("rowheader", "bob")
    post("web", visit("l3", 0, "Gloves", customer="dan"))
    browser.one("rowheader", "dan")
    browser.click_on("button", "dan")
    browser.one("complementary", "Session")
    browser.says("Journey map")
    assert "selected=" in browser.run("return location.search")
    browser.press("Escape")
    browser.until(lambda: not browser.all("complementary", "Session"), "Escape closes nothing")


def operate(browser):
    """Lanes, rejections, triggers and definitions."""
    post("web", visit("o1", 200000, "Too late"))
    browser.go(f"{SITE}/console/operations")
    for text in ("Throughput", "Lanes", "Rejections", "Triggers", "Applied by source"):
        browser.one("heading", text)
    browser.says("time.allowedLateness")
    browser.click_on("button", "late")
    browser.until(lambda: "reason=late" in browser.run("return location.search"), "the address has no reason")
    browser.says("lies")
    browser.one("image", "Throughput")
    browser.until(lambda: "none" in browser.of(browser.one("table")), "no lag is known")
    browser.go(f"{SITE}/console/definitions")
    browser.says("First-time buyers")
    browser.says("Listens to: Web form_submitted attributes.type.value equal First Time Buyer")


def tabs(browser):
    """Two tabs that look at different things have one stream."""
    browser.go(f"{SITE}/console/customer/cookie/ada")
    browser.one("article", "Web Visit")
    first = browser.current()
    browser.tab()
    browser.go(f"{SITE}/console/customer/cookie/bob")
    browser.one("article", "Web Visit")
    browser.until(lambda: streams() == 1, f"{streams()} streams")
    post("web", visit("t1", 0, "Told to bob", customer="bob"), visit("t2", 0, "Told to ada"))
    browser.says("Told to bob")
    browser.switch(first)
    browser.says("Told to ada")
    # The one that holds the stream goes; the other takes over.
    browser.run("return 0")
    second = [h for h in handles(browser) if h != first][0]
    browser.close_tab(second)
    post("web", visit("t3", 0, "Told again", customer="bob"))
    browser.says("Told again")
    browser.until(lambda: streams() == 1, f"{streams()} streams")


def handles(browser):
    from browser import call
    return call("GET", f"{browser.session}/window/handles")


def narrow(browser):
    """Nothing is lost on 320 pixels."""
    browser.size(320, 700)
    for path in ("", "customer/cookie/ada", "live", "operations", "definitions"):
        browser.go(f"{SITE}/console/{path}")
        browser.until(lambda: "Loading" not in browser.text(), "it loads for ever")
        browser.run("for (const button of document.querySelectorAll('button.toggle')) button.click()")
        width = "const e = document.querySelector('.scroller') || document.body; return [e.scrollWidth - e.clientWidth, document.body.scrollWidth - innerWidth]"
        browser.until(lambda: max(browser.run(width)) <= 0, f"{path} is wider than the page: {browser.run(width)}", 6)


def away(browser):
    """The server stops, and the page says so."""
    browser.go(f"{SITE}/console/customer/cookie/ada")
    browser.one("article", "Web Visit")
    browser.says("Live")
    print("ready", flush=True)
    browser.says("Reconnecting")
    # What was there is still there.
    assert browser.all("article", "Web Visit")
    print("seen", flush=True)
    browser.until(lambda: "Reconnecting" not in browser.text(), "it does not come back", 90)
    post("web", visit("w1", 0, "Back again"))
    browser.says("Back again")


def permissions(browser):
    """Each of the nine is missing once: the page says so, or shows less, and never breaks."""
    tokens = json.load(open("tokens.json"))
    for missing, token in tokens.items():
        browser.go(f"{SITE}/console/customer/cookie/ada")
        field = browser.one("textbox", "Token") if browser.all("textbox", "Token") else browser.until(
            lambda: browser.run("return document.querySelector('input[type=password]')"), "no login")
        if missing == "journey:session:view":
            browser.type(field, "wrong-token-0123456789abcdef")
            browser.click_on("button", "Log in")
            browser.says("This token is not known")
            field = browser.run("const f = document.querySelector('input[type=password]'); f.value = ''; return f")
        browser.type(field, token)
        browser.click_on("button", "Log in")
        if missing in ("journey:session:view", "journey:customer:view"):
            browser.says(missing)
        else:
            card = browser.one("article", "Web Visit" if missing != "none" else None)
            browser.run("for (const button of document.querySelectorAll('button.toggle')) button.click()")
            browser.says("Details")
            text = browser.of(card)
            assert ("Segments\n" in text) == (missing != "journey:segment:view"), (missing, text)
            assert ("Outcomes\n" in text) == (missing != "journey:outcome:view"), (missing, text)
            assert ("Journey map" in text) == (missing != "journey:event:view"), (missing, text)
            assert ("Current page" in text) == (missing != "journey:visit:view"), (missing, text)
            if missing == "journey:visit:view":
                browser.says("journey:visit:view")
        check(browser)
        # No script can read the cookie.
        assert "sojourn" not in browser.run("return document.cookie")
        browser.click_on("button", "Display")
        browser.click_on("button", "Log out")
        browser.until(lambda: browser.run("return document.querySelector('input[type=password]')"), "not logged out")


def main():
    steps = {f.__name__: f for f in (agent, keyboard, hostile, long, live, operate, tabs, narrow, away, permissions)}
    browser = Browser(DRIVER)
    try:
        browser.size(1280)
        steps[STEP](browser)
        if STEP != "away":
            check(browser)
    finally:
        browser.quit()
    print(f"console: {STEP}", flush=True)


if __name__ == "__main__":
    main()
