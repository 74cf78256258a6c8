import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client as integrators have it, with the platform's address in its code: a token, and the state of a task. */
public class HardCoded {
    private static final String PLATFORM = "https://www.xfyeta.com";

    public static void main(String[] args) throws IOException {
        String answer = post("/openapi/oauth/v1/token",
                "{\"app_key\":\"" + args[0] + "\",\"app_secret\":\"" + args[1] + "\"}");
        Matcher token = Pattern.compile("\"token\":\"(\\w+)\"").matcher(answer);
        if (!token.find()) throw new IOException(answer);
        System.out.println(post("/openapi/outbound/v1/task/query?token=" + token.group(1), "{}"));
    }

    private static String post(String path, String body) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(PLATFORM + path).openConnection();
        connection.setRequestMethod("POST");
        connection.setRequestProperty("Content-Type", "application/json;charset=UTF-8");
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(body.getBytes(StandardCharsets.UTF_8));
        }
        return new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
