"""The order of the dataset."""
yield from range(self.num_samples)
