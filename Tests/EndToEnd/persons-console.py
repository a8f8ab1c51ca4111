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
        browser.click_on("button", "Confirm who this is")
        browser.click_on("button", "Yes")
        browser.until(lambda: "Confirm who this is" not in panel(browser), "nobody vouches")
        browser.run("[...document.querySelectorAll('summary')].find((s) => s.innerText === 'This is …').click()")
        browser.run("document.querySelector('.known select').value = 'phone'")
        field = browser.one("textbox", "Address, number or id")
        # What is no number is said where it was written, and decides nothing.
        browser.type(field, "nobody")
        browser.click_on("button", "This is who it is")
        browser.until(lambda: "nobody" in browser.run("return document.querySelector('.known [role=alert]')?.innerText ?? ''"), "no flaw is shown")
        browser.run("arguments[0].value = '+15550100'", field)
        browser.click_on("button", "This is who it is")
        browser.until(lambda: "+15550100" in panel(browser), "the number is not shown: " + panel(browser))
        browser.run("""
            const choice = document.querySelector('select[aria-label="Add to a segment…"]');
            choice.value = 'vip';
            choice.dispatchEvent(new Event('change', { bubbles: true }));
        """)
        browser.one("button", "Take out of Very important")
        # What was wrong is taken back.
        browser.click_on("button", "Take out of Very important")
        browser.click_on("button", "Yes")
        browser.until(lambda: not browser.all("button", "Take out of Very important"), "the segment stays")
        browser.run("""
            [...document.querySelectorAll('.knowns li')].find((li) => li.innerText.includes('+15550100'))
              .querySelector('button[class~=link]').click()
        """)
        browser.click_on("button", "Yes")
        browser.until(lambda: "+15550100" not in panel(browser), "the number stays")
        # Bob is left alone.
        [bob] = sessions("cookie-bob")
        assert bob["externalContact"]["id"] != sessions("cookie-ada")[0]["externalContact"]["id"]
        check(browser)
    finally:
        browser.quit()


if __name__ == "__main__":
    sys.exit(main())
