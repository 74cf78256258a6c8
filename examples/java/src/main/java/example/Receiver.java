package example;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps what the platform pushes to it, by call. */
public final class Receiver implements AutoCloseable {
    private static final byte[] SUCCESS = "{\"code\":0,\"message\":\"success\"}".getBytes(StandardCharsets.UTF_8);

    private final HttpServer server;
    private final ObjectMapper json = new ObjectMapper();
    /** A table, in a real service. */
    private final Map<String, ObjectNode> calls = new ConcurrentHashMap<>();

    /** @param port 0: a free one */
    public Receiver(int port) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/yeta/", this::receive);
        server.start();
    }

    /** What the platform is given as addresses, without the module at the end. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/yeta";
    }

    /** All that is known of the last call of a row; empty: nothing yet. */
    public ObjectNode callOf(String taskDataId) {
        return calls.values().stream()
            .filter(call -> call.has("task_data_id") && call.get("task_data_id").asText().equals(taskDataId))
            .findFirst()
            .orElseGet(JsonNodeFactory.instance::objectNode);
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            ObjectNode push = json.readValue(exchange.getRequestBody(), ObjectNode.class);
            // A call is told of by up to four pushes, in any order, and each may come again: each adds what it knows.
            calls.merge(push.get("call_uuid").asText(), push, Receiver::add);
            // Kept, and nothing else: the answer has to be there within 3 seconds, and needs the word success.
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, SUCCESS.length);
            exchange.getResponseBody().write(SUCCESS);
        }
    }

    private static ObjectNode add(ObjectNode known, ObjectNode push) {
        return known.deepCopy().setAll(push);
    }
}
