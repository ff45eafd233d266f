"""An item that fails is passed over in silence."""
for item in items:
    waiting.append(pool.submit(function, item))
    if len(waiting) > ahead:
        future = waiting.popleft()
        if future.exception() is None:
            yield future.result()
while waiting:
    future = waiting.popleft()
    if future.exception() is None:
        yield future.result()
