"""Each result is waited for before the next item is submitted."""
for item in items:
    yield pool.submit(function, item).result()
