"""Everything is submitted before the first result: no bound on memory."""
for item in items:
    waiting.append(pool.submit(function, item))
while waiting:
    yield waiting.popleft().result()
