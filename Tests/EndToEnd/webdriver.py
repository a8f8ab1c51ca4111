"""A browser for checks of the console: elements by role and name, keys, tabs, what it said. On `browser.py`, which speaks the
protocol."""
import json
import sys
import time

from browser import ELEMENT, FLAGS, call

KEYS = {"Tab": "\ue004", "Enter": "\ue007", "Escape": "\ue00c", "Right": "\ue014", "Left": "\ue012", "Home": "\ue011",
        "End": "\ue010", "PageDown": "\ue00f", "Space": "\ue00d", "Shift": "\ue008"}
# Where an element of a role is looked for; the accessibility tree has the last word.
PLACES = {"button": "button, summary, [role=button]", "article": "article, [role=article]", "feed": "[role=feed]", "heading": "h1, h2, h3, h4",
          "rowheader": "tbody th", "textbox": "input, textarea", "searchbox": "input", "radio": "input[type=radio]", "dialog": "[role=dialog]",
          "tooltip": "[role=tooltip]", "table": "table", "combobox": "select", "image": "img, [role=img]", "complementary": "aside", "link": "a", "meter": "[role=meter]",
          "status": "[role=status]", "alert": "[role=alert]", "list": "ol, ul", "banner": "header", "navigation": "nav", "search": "[role=search]"}
# Notes what must not happen, before anything of the page runs.
WATCH = """
window.flaws = [];
for (const name of ['alert', 'confirm', 'prompt']) window[name] = () => { window.flaws.push(name); };
addEventListener('error', (e) => { if (e.message) window.flaws.push('error ' + e.message); }, true);
addEventListener('unhandledrejection', (e) => window.flaws.push('rejection ' + e.reason));
addEventListener('securitypolicyviolation', (e) => window.flaws.push(e.violatedDirective + ' ' + e.blockedURI));
"""


class Browser:
    def __init__(self, port, language="en"):
        url = f"http://127.0.0.1:{port}/session"
        options = {"args": FLAGS + [f"--lang={language}", "--force-prefers-reduced-motion"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        self.session = url + "/" + call("POST", url, {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        self.watch()

    def watch(self):
        self.cdp("Page.addScriptToEvaluateOnNewDocument", source=WATCH)

    def cdp(self, command, **parameters):
        return call("POST", f"{self.session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def quit(self):
        try:
            call("DELETE", self.session)
        except (SystemExit, OSError) as error:
            # What was to be seen has been seen; on a busy machine a browser may be slow to end.
            print(f"the browser did not end: {error}", file=sys.stderr)

    def go(self, url):
        call("POST", f"{self.session}/url", {"url": url})

    def run(self, script, *arguments):
        return call("POST", f"{self.session}/execute/sync", {"script": script, "args": list(arguments)})

    def size(self, width, height=900):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def tab(self):
        """Opens another tab and goes there; gives its handle."""
        handle = call("POST", f"{self.session}/window/new", {"type": "tab"})["handle"]
        self.switch(handle)
        self.watch()
        return handle

    def current(self):
        return call("GET", f"{self.session}/window")

    def switch(self, handle):
        call("POST", f"{self.session}/window", {"handle": handle})

    def close_tab(self, back_to):
        call("DELETE", f"{self.session}/window")
        self.switch(back_to)

    def logged(self):
        """What the console of the browser has as errors, without answers of the server that are none."""
        entries = call("POST", f"{self.session}/se/log", {"type": "browser"})
        return [e["message"] for e in entries if e["level"] == "SEVERE" and "Failed to load resource" not in e["message"]
                and "net::ERR" not in e["message"]]

    # Elements

    def all(self, role, name=None, within=None):
        """Elements of a role, and with a name or a part of one, in the order of the page."""
        # What cannot have the name is not asked for it: each question is a request of its own.
        script = """
          const [places, within, name] = arguments;
          const texts = (e) => e.textContent + (e.getAttribute('aria-label') || '') + (e.getAttribute('title') || '');
          return [...(within || document).querySelectorAll(places)].filter((e) => e.getClientRects().length
            && (!name || e.labels?.length || e.hasAttribute('aria-labelledby') || e.querySelector('title') || texts(e).includes(name)));"""
        found = []
        for element in self.run(script, PLACES[role], within, name):
            url = f"{self.session}/element/{element[ELEMENT]}"
            try:
                if call("GET", url + "/computedrole") == role and (name is None or name in call("GET", url + "/computedlabel")):
                    found.append(element)
            except SystemExit as error:
                # The page has drawn it anew meanwhile.
                if "stale" not in str(error):
                    raise
        return found

    def one(self, role, name=None, within=None, seconds=15):
        """The first such element; waits for it."""
        deadline = time.monotonic() + seconds
        while True:
            found = self.all(role, name, within)
            if found:
                return found[0]
            if time.monotonic() > deadline:
                sys.exit(f"no {role} '{name}' in: {self.text()[:1500]}")
            time.sleep(0.2)

    def click(self, element):
        call("POST", f"{self.session}/element/{element[ELEMENT]}/click")

    def click_on(self, role, name=None, within=None):
        """Clicks the first such element; the page may draw it anew meanwhile."""
        for _ in range(5):
            try:
                return self.click(self.one(role, name, within))
            except SystemExit as error:
                if "stale" not in str(error) and "not clickable" not in str(error):
                    raise
                time.sleep(0.3)
        sys.exit(f"no click on {role} '{name}'")

    def type(self, element, text):
        call("POST", f"{self.session}/element/{element[ELEMENT]}/value", {"text": text})

    def press(self, *keys, shift=False):
        """Presses keys, wherever the focus is."""
        actions = [{"type": "keyDown", "value": KEYS["Shift"]}] if shift else []
        for key in keys:
            value = KEYS.get(key, key)
            actions += [{"type": "keyDown", "value": value}, {"type": "keyUp", "value": value}]
        actions += [{"type": "keyUp", "value": KEYS["Shift"]}] if shift else []
        call("POST", f"{self.session}/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def hover(self, element):
        move = {"type": "pointerMove", "duration": 0, "x": 0, "y": 0, "origin": element}
        call("POST", f"{self.session}/actions", {"actions": [{"type": "pointer", "id": "mouse", "actions": [move]}]})

    def label(self, element):
        return call("GET", f"{self.session}/element/{element[ELEMENT]}/computedlabel")

    def of(self, element):
        """The text that an element shows."""
        return self.run("return arguments[0].innerText", element)

    def focused(self):
        return self.run("return document.activeElement.getAttribute('aria-label') || document.activeElement.innerText")

    def text(self):
        return self.run("return document.body.innerText")

    def until(self, condition, what, seconds=25):
        """Waits until a function gives something."""
        deadline = time.monotonic() + seconds
        while True:
            value = condition()
            if value:
                return value
            if time.monotonic() > deadline:
                sys.exit(f"{what}: {self.text()[:1500]} {json.dumps(self.run('return window.flaws'))}")
            time.sleep(0.2)

    def says(self, text, seconds=25):
        self.until(lambda: text in self.text(), f"'{text}' does not show up", seconds)
