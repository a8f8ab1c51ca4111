"""Who somebody is, decided in the console: persons-console.py PORT HEALTH DRIVER STEP. An agent says who a visitor is, puts her
into a segment, and takes back what was wrong."""
import json
import sys

from console import DRIVER, OPENER, SITE, check, post, settled, visit
from webdriver import Browser


def sessions(customer):
    with OPENER.open(f"{SITE}/v1/customers/cookie/{customer}/sessions", timeout=30) as answer:
        return json.load(answer)["entities"]


def panel(browser):
    return browser.run("return document.querySelector('aside.person').innerText")


def say(browser, number):
    """Opens the form, fills it in and sends it, at one go: the panel is drawn anew when the person changes."""
    browser.until(lambda: browser.run("""
        const form = document.querySelector('.known details form');
        if (!form) return false;
        form.closest('details').open = true;
        form.querySelector('select').value = 'phone';
        form.querySelector('input').value = arguments[0];
        form.requestSubmit();
        return true;
    """, number), "there is no form")


def decide(browser, name):
    """Clicks a button by its name, the first there is, and answers its question with yes."""
    browser.until(lambda: browser.run("""
        const named = (name) => [...document.querySelectorAll('.known button')].find((each) => (each.getAttribute('aria-label') ?? each.innerText) === name);
        named(arguments[0])?.click();
        const yes = named('Yes');
        yes?.click();
        return Boolean(yes);
    """, name), "nobody asks: " + name)


def main():
    settled(
        post("web", visit("p1", 300, "Home", customer="cookie-ada", traits={"email": "ada@example.com", "givenName": "Ada"})),
        post("web", visit("p2", 200, "Home", customer="cookie-bob", traits={"email": "bob@example.com"})))
    browser = Browser(DRIVER)
    try:
        browser.size(1280)
        browser.go(f"{SITE}/console/customer/cookie/cookie-ada")
        browser.says("Known by")
        assert "ada@example.com" in panel(browser), panel(browser)
        decide(browser, "Confirm who this is")
        browser.until(lambda: "Confirm who this is" not in panel(browser), "nobody vouches")
        # What is no number is said where it was written, and decides nothing.
        say(browser, "nobody")
        browser.until(lambda: "nobody" in browser.run("return document.querySelector('.known [role=alert]')?.innerText ?? ''"), "no flaw is shown")
        say(browser, "+15550100")
        browser.until(lambda: "+15550100" in panel(browser), "the number is not shown: " + panel(browser))
        browser.run("""
            const choice = document.querySelector('select[aria-label="Add to a segment…"]');
            choice.value = 'vip';
            choice.dispatchEvent(new Event('change', { bubbles: true }));
        """)
        browser.one("button", "Take out of Very important")
        # What was wrong is taken back.
        decide(browser, "Take out of Very important")
        browser.until(lambda: not browser.all("button", "Take out of Very important"), "the segment stays")
        decide(browser, "Not theirs: +15550100")
        browser.until(lambda: "+15550100" not in panel(browser), "the number stays")
        # Bob is left alone.
        [bob] = sessions("cookie-bob")
        assert bob["externalContact"]["id"] != sessions("cookie-ada")[0]["externalContact"]["id"]
        check(browser)
    finally:
        browser.quit()


if __name__ == "__main__":
    sys.exit(main())
