package example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A yeta-sim for one test: a universe inside the one that runs at YETA_SIM_URL, over HTTP alone. */
final class Universe implements AutoCloseable {
    private static final String URL =
        Objects.requireNonNullElse(System.getenv("YETA_SIM_URL"), "http://127.0.0.1:8720");
    private static final List<String> MODULES = List.of("receiveCallRecord", "receiveDialog", "receiveVoice");

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();
    private final JsonNode made;

    Universe(String name) throws Exception {
        made = ask("POST", "/universes", Map.of("name", name, "seed", 7, "clock", "manual"));
    }

    YetaClient.Access access() {
        return new YetaClient.Access(URL, text("appKey"), text("appSecret"));
    }

    void pushTo(String address) throws Exception {
        Stream<Map<String, String>> urls =
            MODULES.stream().map(module -> Map.of("module", module, "url", address + "/" + module));
        ask("PUT", path() + "/urls", Map.of("businessId", text("businessId"), "urls", urls.toList()));
    }

    /** Until nothing is left to happen: every call has ended, every push has been sent. */
    void advanceUntilIdle() throws Exception {
        ask("POST", path() + "/clock/advance", Map.of("until", "idle"));
    }

    /** {@code calls}, {@code pushes}, {@code findings} … */
    JsonNode list(String what) throws Exception {
        return ask("GET", path() + "/" + what, null).get("items");
    }

    @Override
    public void close() throws Exception {
        ask("DELETE", path(), null);
    }

    private String path() {
        return "/universes/" + text("id");
    }

    private String text(String key) {
        return made.get(key).asText();
    }

    private JsonNode ask(String method, String path, Object fields) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(URL + "/_sim" + path))
            .header("Content-Type", "application/json")
            .method(method, fields == null ? BodyPublishers.noBody() : BodyPublishers.ofString(json.writeValueAsString(fields)))
            .build();
        HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
        if (response.statusCode() >= 400) throw new AssertionError(response.body());
        return json.readTree(response.body());
    }
}
