"""A shop with the gateway's script on its pages, under a policy that allows nothing else: shop.py PORT GATEWAY."""
import http.server
import sys

PORT, GATEWAY = int(sys.argv[1]), f"http://127.0.0.1:{sys.argv[2]}"
POLICY = f"default-src 'none'; script-src 'self' {GATEWAY}; connect-src {GATEWAY}; base-uri 'none'; form-action 'self'"

# What every page asks for before the script has come.
STUB = """
window.sj = window.sj || function () { (sj.q = sj.q || []).push(arguments); };
sj('trackClickEvents', [{ selector: '.buy', eventName: 'buy_clicked', attributes: { product: 'bike' } }, { selector: '][', eventName: 'x' }]);
sj('formsTrack', [{ selector: '#order', formName: 'Order' }]);
sj('trackInViewport', [{ selector: '#footer', eventName: 'footer_seen' }]);
sj('trackScrollDepth', [{ percentage: 90, eventName: 'scrolled_90' }]);
function note(text) { localStorage.setItem('flaws', (localStorage.getItem('flaws') || '') + text + '; '); }
addEventListener('error', function (e) { note('error ' + e.message); });
addEventListener('unhandledrejection', function (e) { note('rejection ' + e.reason); });
document.addEventListener('securitypolicyviolation', function (e) { note(e.violatedDirective + ' ' + e.blockedURI); });
document.addEventListener('submit', function (e) { e.preventDefault(); });
"""
PAGE = f"""<!doctype html><html lang="en"><title>Shop</title>
<script src="/stub.js"></script><script async src="{GATEWAY}/sojourn.js" data-key="key-of-the-shops-pages" data-deployment="shop-pages"></script>
<p><button class="buy"><b id="inner">Buy</b></button> <a href="/plain.html">away</a>
<form id="order"><input name="email"><input name="color" data-sj-capture><input name="secret" type="password" data-sj-capture>
<input name="number" autocomplete="cc-number" data-sj-capture><input name="form"><button id="send">Send</button></form>
{'<p>.</p>' * 200}<p id="footer">The end</p></html>"""
FILES = {"/stub.js": (STUB, "text/javascript"), "/plain.html": ("<!doctype html><title>Away</title>", "text/html")}


class Shop(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text, kind = FILES.get(self.path.split("?")[0], (PAGE, "text/html"))
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", PORT), Shop).serve_forever()
