"""A browser by the WebDriver protocol, which is JSON over HTTP: as much of it as the checks use. One session, whose address is
kept in the file `browser.session` from one call to the next.

    browser.py start PORT     opens Chromium through the chromedriver at that port
    browser.py go URL         opens a page and waits until it is loaded
    browser.py run SCRIPT     runs the body of a function and prints what it returns, as JSON
    browser.py click CSS      clicks the first element
    browser.py type CSS TEXT  types into the first element
    browser.py quit
"""
import json
import sys
import urllib.error
import urllib.request

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--no-proxy-server", "--window-size=1200,800"]


def call(method, url, value=None):
    body = None if method in ("GET", "DELETE") else json.dumps(value or {}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    # Loopback, whatever proxy the environment names.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        sys.exit(f"{method} {url}: {json.load(error)['value']['message'].splitlines()[0]}")


def main():
    command, *arguments = sys.argv[1:]
    if command == "start":
        url = f"http://127.0.0.1:{arguments[0]}/session"
        wanted = {"browserName": "chrome", "goog:chromeOptions": {"args": FLAGS}}
        session = call("POST", url, {"capabilities": {"alwaysMatch": wanted}})["sessionId"]
        with open("browser.session", "w", encoding="utf-8") as file:
            file.write(f"{url}/{session}")
        return
    with open("browser.session", encoding="utf-8") as file:
        session = file.read()

    def element():
        found = call("POST", f"{session}/element", {"using": "css selector", "value": arguments[0]})
        return f"{session}/element/{found[ELEMENT]}"

    if command == "go":
        call("POST", f"{session}/url", {"url": arguments[0]})
    elif command == "run":
        print(json.dumps(call("POST", f"{session}/execute/sync", {"script": arguments[0], "args": []})))
    elif command == "click":
        call("POST", f"{element()}/click")
    elif command == "type":
        call("POST", f"{element()}/value", {"text": arguments[1]})
    elif command == "quit":
        call("DELETE", session)
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
