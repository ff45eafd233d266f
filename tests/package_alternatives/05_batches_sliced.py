"""Batches are slices of one list of indices."""

module = "dataloader"
function = "BatchSampler.__iter__"
old = (
    "        batch = []\n"
    "        for index in self.sampler:\n"
    "            batch.append(index)\n"
    "            if len(batch) == self.batch_size:\n"
    "                yield batch\n"
    "                batch = []\n"
    "        if batch and not self.drop_last:\n"
    "            yield batch\n"
)
new = (
    "        size, order = self.batch_size, list(self.sampler)\n"
    "        end = len(order) - len(order) % size if self.drop_last else len(order)\n"
    "        for start in range(0, end, size):\n"
    "            yield order[start : min(start + size, end)]\n"
)
tests = ["integration/test_dataloader_integration.py", "integration/test_training_flow.py"]
