package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import example.YetaClient.Customer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CallsTest {
    @Test
    void everyCustomerHasAResultWordsAndARecordingHoweverThePushesCome() throws Exception {
        try (var sim = new Universe("CallsTest"); var receiver = new Receiver(0)) {
            sim.pushTo(receiver.url());
            // Magic numbers: pushed twice, records swapped, dialogue first, all of it 3 minutes late; and one who never answers.
            var phones = Stream.of("19900006001", "19900006002", "19900006004", "19900006005", "19900001020");
            List<String> ids = new YetaClient(sim.access()).callOut(
                phones.map(phone -> new Customer(phone, "张先生")).toList());
            sim.advanceUntilIdle();

            for (String id : ids.subList(0, 4)) {
                JsonNode call = receiver.callOf(id);
                assertEquals("0", call.get("task_result").asText());
                assertTrue(call.get("dialog").toString().contains("张先生"));
                assertTrue(call.get("url").asText().endsWith(".wav"));
            }
            JsonNode missed = receiver.callOf(ids.get(4));
            assertEquals("20", missed.get("task_result").asText());
            assertFalse(missed.has("url"));
            for (JsonNode push : sim.list("pushes"))
                assertEquals("delivered", push.get("state").asText());
            assertEquals(0, sim.list("findings").size());
        }
    }
}
