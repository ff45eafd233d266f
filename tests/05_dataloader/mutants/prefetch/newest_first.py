"""The newest result is handed out first."""
for item in items:
    waiting.append(pool.submit(function, item))
    if len(waiting) > ahead:
        yield waiting.pop().result()
while waiting:
    yield waiting.pop().result()
