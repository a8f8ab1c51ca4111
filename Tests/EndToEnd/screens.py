"""Each screen of the console, for everybody: screens.py PORT HEALTH DRIVER STEP."""
import http.client
import json
import os
import sys
import threading
import time
import urllib.parse

from console import DRIVER, OPENER, PORT, SITE, STEP, ago, check, handles, post, settled, streams, visit
from webdriver import Browser

MANY = 10_000
LOADS = 20
SAMPLES = 200
# Puts predictions into what the server says of ada's visits: a model that is learned here would take hours.
PREDICT = """
window.scores = %s;
const withScores = (value) => {
  for (const session of [value, ...(value?.entities ?? [])]) if (session?.card && session.customerId === 'ada' && session.type === 'web' && window.scores) session.outcomeScores = window.scores;
  return value;
};
const [read, parse] = [Response.prototype.json, JSON.parse];
Response.prototype.json = async function () { return withScores(await read.call(this)); };
JSON.parse = (...texts) => withScores(parse(...texts));
"""


def session_of(customer):
    with OPENER.open(f"{SITE}/v1/customers/cookie/{customer}/sessions", timeout=30) as answer:
        return json.load(answer)["entities"][0]["id"]


def screens():
    """Paths and what they say when they are there."""
    explain = urllib.parse.urlencode({"session": session_of("ada"), "kind": "segment", "definition": "first-time-buyers"})
    return {"": "Whose journey?", "customer/cookie/ada": "Web Visit", "customer/cookie/nobody": "No sessions", "live": "Who is here now",
            "operations": "Throughput", "definitions": "First-time buyers", f"explain?{explain}": "What has to happen", "explain": "Why, or why not"}


def fill(browser):
    form = {"name": "form_submitted"}
    settled(post("web", visit("a1", 300, "Home Page"), visit("a2", 290, "Search", searchQuery="cargo bike"),
                 visit("a3", 200, "Loan Application", **form, attributes={"type": "First Time Buyer"}), visit("a4", 20, "Checkout")),
            post("web", visit("b1", 100, "Loan Application", customer="bob", **form, attributes={"type": "Other"}),
                 visit("b0", 200_000, "Too late", customer="carol")),
            post("custom", {"id": "d1", "eventName": "in_transit", "createdDate": ago(400), "customerId": "ada", "customerIdType": "cookie",
                            "sessionType": "delivery", "externalId": "WMBK-1", "attributes": {"Location": "Cork"}}))


def open_all(browser):
    """Opens whatever can be opened."""
    browser.run("for (const button of document.querySelectorAll('button.toggle[aria-expanded=false]')) button.click()")
    browser.run("for (const node of document.querySelectorAll('details')) node.open = true")
    browser.run("""for (const button of document.querySelectorAll('button.link[aria-expanded=false]')) button.click()""")


def show(browser, path, text):
    browser.go(f"{SITE}/console/{path}")
    browser.says(text)
    browser.until(lambda: "Loading" not in browser.text(), "it loads for ever")
    open_all(browser)


def score(probability, most, quantile, outcome="bought"):
    """A prediction, as a snapshot has it."""
    return {"outcome": {"id": outcome, "selfUri": f"/api/v2/journey/outcomes/{outcome}"}, "probability": probability, "sessionMaxProbability": most,
            "quantile": quantile, "sessionMaxQuantile": 0.97, "percentile": int(quantile * 100), "sessionMaxPercentile": 97}


def predict(browser, *scores):
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source=PREDICT % json.dumps(scores))


def access(browser):
    """axe finds nothing on any screen, in light and dark, at the widths of an agent's desktop and of a phone."""
    predict(browser, score(0.31, 0.72, 0.81), score(0.004, 0.004, 0.12, "left"))
    with open(os.environ["AXE"]) as file:
        axe = file.read()
    looked = 0
    for theme in ("light", "dark"):
        browser.go(f"{SITE}/console/")
        browser.run("localStorage.setItem('sojourn.theme', arguments[0])", theme)
        for path, text in screens().items():
            for width in (1280, 390):
                browser.size(width)
                show(browser, path, text)
                if "customer" in path and "nobody" not in path:
                    browser.click(browser.all("button", "Segment matched")[0])
                    browser.one("dialog")
                browser.run(axe + "; window.axe = axe;")
                browser.run("window.found = null; axe.run(document, { resultTypes: ['violations'] }).then((r) => { window.found = r; }, (e) => { window.found = { failed: String(e) }; })")
                browser.until(lambda: browser.run("return window.found !== null"), "axe does not end")
                found = browser.run("""return window.found.failed ?? window.found.violations.map((v) => [v.id, v.impact, v.nodes.slice(0, 3).map((n) => [n.html.slice(0, 200), n.any.concat(n.all, n.none).map((c) => c.message).slice(0, 2)])])""")
                assert found == [], f"{theme} {width} {path}: {json.dumps(found, indent=1)}"
                looked += 1
    browser.run("localStorage.removeItem('sojourn.theme')")
    print(f"axe: nothing on {looked} screens")


def zoom(browser):
    """Nothing is lost at 320 pixels, nor at twice the size on 1280: neither cut off nor beside the page."""
    wide = """const e = document.querySelector('.scroller') || document.body;
      return [e.scrollWidth - e.clientWidth, document.body.scrollWidth - innerWidth]"""
    cut = """return [...document.querySelectorAll('h1, h2, h3, h4, button, label, dt, .pill')].filter((e) => e.getClientRects().length
      && !e.closest('.sr, .scroll, .keys, thead') && !e.classList.contains('label') && e.scrollWidth > e.clientWidth + 2
      && getComputedStyle(e).overflow !== 'visible').map((e) => e.outerHTML.slice(0, 200))"""
    for width, scale in ((320, 1), (640, 2)):
        browser.cdp("Emulation.setDeviceMetricsOverride", width=width, height=700, deviceScaleFactor=scale, mobile=False)
        for path, text in screens().items():
            show(browser, path, text)
            browser.until(lambda: max(browser.run(wide)) <= 0, f"{width}: {path} is wider than the page: {browser.run(wide)}", 6)
            assert browser.run(cut) == [], (width, path, browser.run(cut))


def predicted(browser):
    """What is predicted: a bar with its share in words and a mark at the highest, which moves as the visitor does."""
    browser.go(f"{SITE}/console/customer/cookie/ada")
    browser.one("article", "Web Visit")
    assert not browser.all("meter"), "a bar without a prediction"
    predict(browser, score(0.31, 0.72, 0.81), score(0.004, 0.004, 0.12, "left"))
    browser.go(f"{SITE}/console/customer/cookie/ada")
    card = browser.one("article", "Web Visit")
    for within, number in ((card, 2), (card, 4)):
        bars = browser.all("meter", None, within)
        said = [(browser.label(bar), browser.run("return arguments[0].getAttribute('aria-valuetext')", bar)) for bar in bars]
        assert len(bars) == number and said[:2] == [("Bought", "31% likely, high, above 81% of past sessions, highest 72%"),
                                                    ("left", "< 1% likely, low, above 12% of past sessions")], said
        open_all(browser)
        browser.until(lambda: browser.all("button", "Click to close", card), "the card does not open")
    drawn = browser.run("""return [...arguments[0].querySelectorAll('.outcomes .meter')].map((e) => [e.querySelector('.bar span').style.width,
      e.querySelector('.bar i')?.style.left ?? null, e.innerText.replace(/\\s+/g, ' ')])""", card)
    assert drawn == [["31%", "72%", "Bought 31% high above 81% of past sessions, highest 72%"],
                     ["0.4%", None, "left < 1% low above 12% of past sessions"]], drawn
    browser.run("window.scores = arguments[0]", [score(0.64, 0.72, 0.9)])
    post("web", visit("p1", 0, "Cart"))
    browser.until(lambda: "64%" in browser.run("return arguments[0].querySelector('.scores').innerText", card), "the bar does not move")
    assert "64% high" in browser.run("return arguments[0].querySelector('.outcomes').innerText", card)
    browser.run("localStorage.setItem('sojourn.language', 'zh')")
    browser.go(f"{SITE}/console/customer/cookie/ada")
    browser.one("article", "网页访问")
    open_all(browser)
    browser.says("高于过去 81% 的会话，最高 72%")
    browser.run("localStorage.removeItem('sojourn.language')")
    # What is achieved has its mark, and what was predicted before beside it.
    post("web", visit("p2", 0, "Paid", name="purchased"))
    browser.go(f"{SITE}/console/customer/cookie/ada")
    card = browser.one("article", "Web Visit")
    browser.until(lambda: "Bought" not in browser.run("return arguments[0].querySelector('.scores').innerText", card), "what is achieved is still predicted")
    open_all(browser)
    browser.until(lambda: "Achieved" in browser.of(card) and "31% likely before, highest 72%" in browser.of(card), "what was predicted before is gone")


def eight(browser):
    """Eight tabs load, more than a browser has connections to a server, and have one stream."""
    first = browser.current()
    for number in range(8):
        if number:
            browser.tab()
        browser.go(f"{SITE}/console/customer/cookie/{'ada' if number % 2 else 'bob'}")
        browser.one("article", "Web Visit")
        browser.says("Live")
    assert len(handles(browser)) == 8
    browser.until(lambda: streams() == 1, f"{streams()} streams")
    post("web", visit("e1", 0, "Told to all", customer="ada"), visit("e2", 0, "Told to all", customer="bob"))
    for handle in handles(browser):
        browser.switch(handle)
        browser.says("Told to all")
        check(browser)
    for handle in [h for h in handles(browser) if h != first]:
        browser.switch(handle)
        browser.close_tab(first)


def many(browser):
    """10,000 sessions: at most 200 are in the page, wherever one scrolls to."""
    tokens = []
    for start in range(0, MANY, 1000):
        tokens.append(post("custom", *({"id": f"n{n}", "eventName": "noted", "createdDate": ago(20_000 - n), "customerId": "max",
                                        "customerIdType": "cookie", "sessionType": "ticket", "externalId": f"T-{n}"}
                                       for n in range(start, start + 1000))))
    settled(*tokens)
    browser.go(f"{SITE}/console/customer/cookie/max")
    browser.until(lambda: browser.run("return document.querySelectorAll('sj-card').length") == 25, "not 25 cards")
    browser.run("""window.tasks = []; new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.tasks.push(Math.round(entry.duration)); })
      .observe({ type: 'longtask' });
      window.most = 0; new MutationObserver(() => { window.most = Math.max(window.most, document.querySelectorAll('sj-card').length); })
      .observe(document.querySelector('[role=feed]'), { childList: true });
      window.done = false;
      (async () => {
        for (;;) {
          const more = document.querySelector('button.more');
          if (!more) { if (document.querySelector('.end').innerText) break; await new Promise((r) => setTimeout(r, 20)); continue; }
          if (more.getAttribute('aria-disabled') !== 'true') more.click();
          await new Promise((r) => setTimeout(r, 5));
        }
        window.done = true;
      })();""")
    browser.until(lambda: browser.run("return window.done"), "the list has no end", 240)
    loading = browser.run("const t = window.tasks; window.tasks = []; return t")
    browser.run("""window.done = false; (async () => {
        const s = document.querySelector('.scroller');
        for (let step = 0; step <= 200; step++) {
          s.scrollTop = ((step % 2 ? 200 - step : step) / 200) * s.scrollHeight;
          await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
        }
        s.scrollTop = s.scrollHeight; window.done = true;
      })();""")
    browser.until(lambda: browser.run("return window.done"), "it does not scroll", 120)
    browser.until(lambda: "T-0" in browser.text(), "the oldest is not there")
    scrolling, most, size = browser.run("return [window.tasks, window.most, document.querySelectorAll('sj-card').length]")
    assert most <= 200 and size <= 200, (most, size)
    browser.until(lambda: browser.run("return document.querySelector('sj-card')?.getAttribute('aria-setsize')") == str(MANY), "not all are counted")
    print(f"{MANY} sessions, at most {most} in the page; tasks over 50 ms: {len(loading)} while loading (longest {max(loading, default=0)} ms), "
          f"{len(scrolling)} in 200 jumps (longest {max(scrolling, default=0)} ms)")


def share(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def load(rate, is_over, taken):
    """So many page views a second of other visitors, ten times a second, over a connection that stays; `taken` gets how many were."""
    connection = http.client.HTTPConnection("127.0.0.1", int(PORT), timeout=30)
    start, sent = time.monotonic(), 0
    while not is_over.is_set():
        wanted = int((time.monotonic() - start) * rate) - sent
        if wanted:
            events = [visit(f"r{sent + n}", 0, "Elsewhere", customer=f"other-{(sent + n) % 1000}") for n in range(min(wanted, 1000))]
            body = "\n".join(json.dumps(event) for event in events)
            connection.request("POST", "/v1/events?stream=web", body, {"Content-Type": "application/x-ndjson"})
            answer = connection.getresponse()
            answer.read()
            sent += len(events)
            taken[answer.status] = taken.get(answer.status, 0) + len(events)
        is_over.wait(0.1)


def measure(browser):
    """How long 25 cards take from the page's HTML on, and a changed card from its page view on. Prints, and asserts nothing of it."""
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", source="""
      new MutationObserver((_, watch) => {
        if (document.querySelectorAll('sj-card').length < 25) return;
        watch.disconnect();
        // A frame later it can be seen.
        requestAnimationFrame(() => setTimeout(() => { window.drawn = performance.now() - performance.getEntriesByType('navigation')[0].responseEnd; }));
      }).observe(document, { childList: true, subtree: true });
    """)
    loads = []
    for _ in range(LOADS + 1):
        browser.go(f"{SITE}/console/customer/cookie/max")
        loads.append(browser.until(lambda: browser.run("return window.drawn"), "not 25 cards"))
    loads = loads[1:]
    print(f"first 25 cards after the HTML: p50 {share(loads, 0.5):.0f} ms, p95 {share(loads, 0.95):.0f} ms, {LOADS} loads")
    rate = int(os.environ.get("RATE", "200"))
    post("web", visit("m-0", 0, "M-0", customer="mia"))
    browser.go(f"{SITE}/console/customer/cookie/mia")
    browser.one("article", "Web Visit")
    browser.says("Live")
    browser.run("""window.seen = {}; new MutationObserver(() => {
        const text = document.querySelector('[data-fact=page] dd')?.textContent;
        if (text && !(text in window.seen)) { window.seen[text] = 0; requestAnimationFrame(() => setTimeout(() => { window.seen[text] = Date.now(); })); }
      }).observe(document.querySelector('[role=feed]'), { childList: true, subtree: true, characterData: true });""")
    is_over, taken, start = threading.Event(), {}, time.monotonic()
    beside = threading.Thread(target=load, args=(rate, is_over, taken))
    beside.start()
    sent = {}
    try:
        for number in range(1, SAMPLES + 1):
            sent[f"M-{number}"] = time.time() * 1000
            post("web", visit(f"m-{number}", 0, f"M-{number}", customer="mia"))
            # Two changes that come together are one.
            time.sleep(0.25)
        browser.until(lambda: browser.run("return window.seen[arguments[0]]", f"M-{SAMPLES}"), "the newest page is not shown", 60)
    finally:
        is_over.set()
        beside.join()
    rate = taken.get(200, 0) / (time.monotonic() - start)
    seen = browser.run("return window.seen")
    times = [seen[name] - at for name, at in sent.items() if seen.get(name)]
    print(f"page view to changed card beside {rate:.0f} events/s: p50 {share(times, 0.5):.0f} ms, p99 {share(times, 0.99):.0f} ms, "
          f"{len(times)} of {SAMPLES} seen by themselves")


def missing(browser):
    """Each screen lacks a permission: it says so, or shows less, and never breaks."""
    for lacking, token in json.load(open("tokens.json")).items():
        browser.go(f"{SITE}/console/")
        browser.until(lambda: browser.run("return document.querySelector('input[type=password]')"), "no login")
        field = browser.run("return document.querySelector('input[type=password]')")
        browser.type(field, token)
        browser.click_on("button", "Log in")
        browser.until(lambda: not browser.run("return document.querySelector('input[type=password]')"), "not logged in")
        for path in ("", "live", "operations", "definitions", "explain", "customer/cookie/ada"):
            browser.go(f"{SITE}/console/{path}")
            browser.until(lambda: "Loading" not in browser.text() and browser.run("return document.querySelector('main')?.innerText.length ?? 0") > 20,
                          f"{path} without {lacking} is empty")
            open_all(browser)
            text = browser.text()
            needs = {"live": ["journey:session:view"], "operations": ["sojourn:operations:view"], "": ["journey:session:view"],
                     "customer/cookie/ada": ["journey:session:view", "journey:customer:view"], "definitions": [],
                     "explain": ["sojourn:explain:view", "journey:session:view", "journey:customer:view", "journey:event:view",
                                 "journey:eventType:view", "journey:sessionType:view", "journey:visit:view"]}[path]
            if lacking in needs:
                browser.says(f"Missing: {lacking}")
            else:
                assert "You may not see this" not in text, (lacking, path, text[:500])
            if path == "definitions":
                assert ("\nSegments " in text) == (lacking != "journey:segment:view"), (lacking, text)
                assert ("What if" in text) == (lacking not in ("sojourn:explain:view", "journey:session:view", "journey:customer:view", "journey:event:view",
                                                               "journey:eventType:view", "journey:sessionType:view", "journey:visit:view")), (lacking, text)
            check(browser)
        browser.click_on("button", "Display")
        browser.click_on("button", "Log out")
        browser.until(lambda: browser.run("return document.querySelector('input[type=password]')"), "not logged out")


def main():
    if STEP == "fill":
        return fill(None)
    steps = {f.__name__: f for f in (access, zoom, predicted, eight, many, measure, missing)}
    browser = Browser(DRIVER)
    try:
        browser.size(1280)
        steps[STEP](browser)
        check(browser)
    finally:
        browser.quit()
    print(f"screens: {STEP}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
