import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verifies that a request was sent by Sojourn: HMAC-SHA256 over ID.TIMESTAMP.BODY, as the Standard Webhooks specification has
 * it (https://www.standardwebhooks.com). Any library for that specification does the same.
 */
final class WebhookSignature {
  /** Seconds that a request may be old, or early: what is older may be a replay. */
  private static final long TOLERANCE = 300;

  /** The request is not to be trusted; answer it with 400. */
  static final class Refused extends Exception {
    Refused(String reason) {
      super(reason);
    }
  }

  private final SecretKeySpec key;

  WebhookSignature(String secret) {
    byte[] bytes =
        secret.startsWith("whsec_")
            ? Base64.getDecoder().decode(secret.substring(6))
            : secret.getBytes(StandardCharsets.UTF_8);
    key = new SecretKeySpec(bytes, "HmacSHA256");
  }

  /** Returns the action's id, by which repeated deliveries are told. The body is the bytes as they came. */
  String verify(String id, String timestamp, String signatures, byte[] body, long nowSeconds) throws Refused {
    if (id == null || id.isEmpty() || timestamp == null || !timestamp.matches("[0-9]{1,15}")) {
      throw new Refused("no webhook-id or no webhook-timestamp");
    }
    if (Math.abs(nowSeconds - Long.parseLong(timestamp)) > TOLERANCE) {
      throw new Refused("the timestamp is too far from now");
    }
    byte[] expected;
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(key);
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      expected = Base64.getEncoder().encode(mac.doFinal(body));
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error);
    }
    // Two signatures while a secret is replaced: one that fits is enough. Compared in constant time.
    for (String signature : (signatures == null ? "" : signatures).split(" ")) {
      if (signature.startsWith("v1,")
          && MessageDigest.isEqual(signature.substring(3).getBytes(StandardCharsets.UTF_8), expected)) {
        return id;
      }
    }
    throw new Refused("no signature fits");
  }
}
