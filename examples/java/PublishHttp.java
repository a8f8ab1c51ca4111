import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Publishes events over HTTP: one event a line of standard input, in batches, each tried again until it is accepted. Java 17, no
 * libraries.
 *
 * <p>java PublishHttp.java [URL] [STREAM] &lt; events.ndjson
 *
 * <p>A batch may be accepted in part. What is rejected is shown with its reason and not sent again: it would be rejected again.
 * What got no answer is sent again as it is: an event that has an id is never counted twice.
 */
final class PublishHttp {
  private static final int BATCH = 500;
  private static final int ATTEMPTS = 8;
  // Java has no JSON reader of its own; use your library's. These two members are all that is read here.
  private static final Pattern ACCEPTED = Pattern.compile("\"accepted\"\\s*:\\s*([0-9]+)");
  private static final Pattern REASON = Pattern.compile("\"reason\"\\s*:\\s*\"([^\"]*)\"");

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5)).build();

  public static void main(String[] arguments) throws Exception {
    String base = arguments.length > 0 ? arguments[0] : "http://127.0.0.1:8320";
    String stream = arguments.length > 1 ? arguments[1] : "web";
    URI place = URI.create(base + "/v1/events?stream=" + stream);
    int accepted = 0;
    int rejected = 0;
    var reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = reader.readLine();
      if (line != null && !line.isBlank()) lines.add(line.strip());
      if (!lines.isEmpty() && (line == null || lines.size() == BATCH)) {
        String answer = send(place, lines);
        Matcher count = ACCEPTED.matcher(answer);
        if (count.find()) accepted += Integer.parseInt(count.group(1));
        Matcher reasons = REASON.matcher(answer);
        while (reasons.find()) {
          rejected += 1;
          System.err.println("rejected: " + reasons.group(1));
        }
        lines.clear();
      }
      if (line == null) break;
    }
    System.out.println(accepted + " accepted, " + rejected + " rejected");
    System.exit(rejected == 0 ? 0 : 1);
  }

  private static String send(URI place, List<String> lines) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(place)
            .timeout(Duration.ofSeconds(30))
            .header("content-type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(String.join("\n", lines) + "\n"))
            .build();
    long pause = 200;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        HttpResponse<String> answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        int status = answer.statusCode();
        // 400 with `rejected`: none was accepted, and the body says why.
        if (status == 200 || (status == 400 && answer.body().contains("\"rejected\""))) return answer.body();
        if (status < 500 && status != 408 && status != 429) {
          throw new IllegalStateException(status + ": " + answer.body());
        }
        pause = Math.max(pause, answer.headers().firstValueAsLong("retry-after").orElse(0) * 1000);
      } catch (IOException error) {
        System.err.println("no answer (" + error + "), trying again");
      }
      Thread.sleep(pause);
      pause = Math.min(pause * 2, 30_000);
    }
    throw new IllegalStateException("given up: the gateway does not answer");
  }
}
