import unittest

from receiver import CallStore, start_receiver
from universe import Universe
from yeta import YetaClient


class CallsTest(unittest.TestCase):
    def setUp(self):
        self.sim = Universe(self.id())
        self.addCleanup(self.sim.end)
        self.store = CallStore(":memory:")
        self.addCleanup(self.store.close)
        server = start_receiver(self.store)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        self.sim.push_to(f"http://127.0.0.1:{server.server_port}/yeta")

    def test_every_customer_has_a_result_words_and_a_recording_however_the_pushes_come(self):
        # Magic numbers: pushed twice, records swapped, dialogue first, all of it 3 minutes late; and one who never answers.
        phones = ["19900006001", "19900006002", "19900006004", "19900006005", "19900001020"]
        ids = YetaClient(**self.sim.access).call_out([(phone, "张先生") for phone in phones])
        self.sim.advance(until="idle")

        *talked, missed = [self.store.call_of(task_data_id) for task_data_id in ids]
        for call in talked:
            self.assertEqual(call["result"], "0")
            self.assertIn("张先生", call["dialog"])
            self.assertTrue(call["recording"].endswith(".wav"))
        self.assertEqual((missed["result"], missed["talked"], missed["recording"]), ("20", 0, None))
        self.assertEqual({push["state"] for push in self.sim.list("pushes")}, {"delivered"})
        self.assertEqual(self.sim.list("findings"), [])


if __name__ == "__main__":
    unittest.main()
