package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The few calls of the platform that this service needs. */
public final class YetaClient {
    /** Where the platform is, and who calls it. */
    public record Access(String url, String appKey, String appSecret) {}

    public record Customer(String phone, String name) {}

    /** More in one request are refused (200213). */
    private static final int MOST_ROWS = 50;
    private static final int TOKEN_EXPIRED = 10001;
    /** A token is not used in its last minute: the request may take a while. */
    private static final Duration MARGIN = Duration.ofMinutes(1);

    private final Access access;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private String token = "";
    private Instant expiresAt = Instant.MIN;

    public YetaClient(Access access) {
        this.access = access;
    }

    /** Submits numbers. Returns the platform's ids of them, in the same order. */
    public List<String> callOut(List<Customer> customers) throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        for (int first = 0; first < customers.size(); first += MOST_ROWS) {
            List<Customer> some = customers.subList(first, Math.min(first + MOST_ROWS, customers.size()));
            JsonNode result = call("/openapi/outbound/v1/task/callout", Map.of(
                "line_num", "69101338",
                "robot_id", "719",
                "call_column", List.of("客户手机号码", "姓名"),
                "call_list", some.stream().map(each -> List.of(each.phone(), each.name())).toList()));
            // Ids have 18 digits: a double would cut them, a text does not.
            for (JsonNode id : result.get("task_data_ids")) ids.add(id.asText());
        }
        return ids;
    }

    private synchronized JsonNode call(String path, Object fields) throws IOException, InterruptedException {
        if (Instant.now().isAfter(expiresAt)) renewToken();
        JsonNode answer = post(path + "?token=" + token, fields);
        if (answer.get("code").asInt() == TOKEN_EXPIRED) {
            renewToken();
            answer = post(path + "?token=" + token, fields);
        }
        return resultOf(path, answer);
    }

    /** One token serves for an hour; asking for one before each call is a habit that hurts. */
    private void renewToken() throws IOException, InterruptedException {
        String path = "/openapi/oauth/v1/token";
        Object fields = Map.of("app_key", access.appKey(), "app_secret", access.appSecret());
        JsonNode result = resultOf(path, post(path, fields));
        token = result.get("token").asText();
        expiresAt = Instant.now().plusSeconds(result.get("time_expire").asLong()).minus(MARGIN);
    }

    private static JsonNode resultOf(String path, JsonNode answer) throws IOException {
        if (answer.get("code").asInt() == 0) return answer.get("result");
        // Would be the same the next time: it is for a person.
        throw new IOException(path + ": " + answer.get("code") + " " + answer.get("message"));
    }

    private JsonNode post(String path, Object fields) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(access.url() + path))
            .header("Content-Type", "application/json;charset=UTF-8")
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(fields)))
            .build();
        return json.readTree(http.send(request, BodyHandlers.ofString()).body());
    }
}
