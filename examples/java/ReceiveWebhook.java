import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * Receives webhooks: verifies the signature, acts once, answers quickly. Java 17, no libraries.
 *
 * <p>javac *.java && SECRET=… java ReceiveWebhook [PORT]
 */
final class ReceiveWebhook {
  /** Bytes; nothing larger is sent. */
  private static final int MAX_BODY = 2 << 20;

  private static final WebhookSignature SIGNATURE = new WebhookSignature(System.getenv("SECRET"));

  // In production a table with a unique key, written in the transaction of the effect itself: memory forgets.
  private static final Set<String> ACTED = ConcurrentHashMap.newKeySet();

  public static void main(String[] arguments) throws IOException {
    int port = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 9000;
    HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", ReceiveWebhook::receive);
    server.setExecutor(Executors.newFixedThreadPool(8));
    server.start();
    System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  private static void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY + 1);
      if (body.length > MAX_BODY) {
        answer(exchange, 413, "too large");
        return;
      }
      var headers = exchange.getRequestHeaders();
      String id;
      try {
        id =
            SIGNATURE.verify(
                headers.getFirst("webhook-id"), headers.getFirst("webhook-timestamp"),
                headers.getFirst("webhook-signature"), body, Instant.now().getEpochSecond());
      } catch (WebhookSignature.Refused reason) {
        answer(exchange, 400, reason.getMessage());
        return;
      }
      // A trigger that has been seen is a success as well, or it would be sent again. A body is offered by what sends it,
      // so its id and expiry are those of the signed header and of sojourn-expires-at; read the rest with your JSON library.
      String result;
      if (ACTED.contains(id)) {
        result = "repeated";
      } else if (Instant.now().isAfter(Instant.parse(headers.getFirst("sojourn-expires-at")))) {
        result = "late";
      } else {
        result = ACTED.add(id) ? "acted" : "repeated";
      }
      System.out.println(result + " " + id);
      answer(exchange, 200, result);
    }
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
