"""One loop, an end marker."""
items, end = iter(items), object()
item = next(items, end)
while item is not end or waiting:
    while item is not end and len(waiting) < ahead + 1:
        waiting.append(pool.submit(function, item))
        if len(waiting) < ahead + 1:
            item = next(items, end)
    oldest = waiting.popleft()
    yield oldest.result()
    if item is not end:
        item = next(items, end)
