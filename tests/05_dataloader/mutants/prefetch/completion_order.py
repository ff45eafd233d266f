"""Results come as they are ready, not in order."""
from concurrent.futures import as_completed
waiting.extend(pool.submit(function, item) for item in items)
for future in as_completed(waiting):
    yield future.result()
