"""Off by one: one call fewer is under way than asked for."""
for item in items:
    waiting.append(pool.submit(function, item))
    if len(waiting) >= ahead:
        yield waiting.popleft().result()
while waiting:
    yield waiting.popleft().result()
