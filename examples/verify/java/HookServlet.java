// Receive HTTP tasks with a servlet (jakarta.servlet, Java 17 or newer; run here in Tomcat 10).
//
// The raw-body trap: getParameter() consumes a form's body, getReader() decodes, and a Spring controller's
// @RequestBody object is not what was signed. Read getInputStream() first; a filter that asks for a
// parameter comes too early.
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

@WebServlet("/hooks/orders")
public class HookServlet extends HttpServlet {
    static final int LIMIT = 1_000_000;
    static List<byte[]> secrets = fromEnvironment("HOOK_SECRET", "HOOK_SECRET_OLD"); // newest first
    static Duration tolerance = Duration.ofSeconds(300);
    static Clock clock = Clock.systemUTC();

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        byte[] body = request.getInputStream().readNBytes(LIMIT + 1);
        var lines = Collections.list(request.getHeaders("X-Webhook-Signature"));
        try {
            int status = body.length > LIMIT ? 413
                : handle(body, lines, request.getHeader("X-Http-Task-Guid")) ? 200
                : 401;
            response.setStatus(status);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static boolean handle(byte[] body, List<String> lines, String guid) throws GeneralSecurityException {
        String digest = signed(body, lines, secrets, clock.instant(), tolerance);
        if (digest == null) return false;
        // A retry is harmless once both keys are unique, in one transaction with the effect:
        //   CREATE TABLE seen (key TEXT PRIMARY KEY)
        //   1. insert "signed " + digest: there already? commit, answer 200: a request sent again, under any GUID
        //   2. insert "guid " + X-Http-Task-Guid, if it came: there already? the same: a retry, signed anew
        //   3. the effect
        // A first attempt may come without a GUID: a key of your own inside the signed body is surer.
        return true;
    }

    static final Pattern ELEMENT = Pattern.compile("([!#$%&'*+\\-.^_`|~0-9A-Za-z]+)=([!-+\\--~]*)");

    /** The digest of the signed bytes, or null: refuse the request with 401. `lines` are the values of all
     *  X-Webhook-Signature lines. */
    static String signed(byte[] body, List<String> lines, List<byte[]> secrets, Instant now, Duration tolerance)
            throws GeneralSecurityException {
        if (lines.size() != 1 || lines.get(0).length() > 4096) return null;
        var times = new ArrayList<String>();
        var macs = new ArrayList<String>();
        String[] texts = lines.get(0).split(",", -1); // -1: keep an empty last one, to refuse it
        for (int i = 0; i < texts.length; i++) {
            var element = ELEMENT.matcher(i == 0 ? texts[i] : texts[i].replaceFirst("^ +", ""));
            if (!element.matches()) return null;
            if (element.group(1).equals("t")) times.add(element.group(2));
            if (element.group(1).equals("sha256")) macs.add(element.group(2));
        }
        if (times.size() != 1 || macs.isEmpty() || macs.size() > 5) return null;
        String time = times.get(0);
        if (!time.matches("0|[1-9][0-9]{0,14}") || Long.parseLong(time) > 253402300799999L) return null;
        if (!macs.stream().allMatch(mac -> mac.matches("[0-9a-f]{64}"))) return null;
        byte[] prefix = (time + ".").getBytes(UTF_8);
        boolean fits = false;
        for (byte[] secret : secrets) {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(secret, "HmacSHA256"));
            hmac.update(prefix);
            byte[] good = HexFormat.of().formatHex(hmac.doFinal(body)).getBytes(UTF_8);
            for (String mac : macs) fits |= MessageDigest.isEqual(good, mac.getBytes(UTF_8));
        }
        if (!fits) return null;
        long at = Long.parseLong(time) * (Long.parseLong(time) >= 100_000_000_000L ? 1 : 1000);
        if (Math.abs(now.toEpochMilli() - at) > tolerance.toMillis()) return null;
        var sha256 = MessageDigest.getInstance("SHA-256");
        sha256.update("http-task\n".getBytes(UTF_8));
        sha256.update(prefix);
        return HexFormat.of().formatHex(sha256.digest(body));
    }

    static List<byte[]> fromEnvironment(String... names) {
        return Stream.of(names).map(System::getenv).filter(value -> value != null && !value.isEmpty())
            .map(value -> value.getBytes(UTF_8)).toList();
    }
}
