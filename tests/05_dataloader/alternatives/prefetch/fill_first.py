"""Fills up, then hands out one and submits one."""
import itertools
items = iter(items)
waiting.extend(pool.submit(function, item) for item in itertools.islice(items, ahead))
for item in items:
    waiting.append(pool.submit(function, item))
    yield waiting.popleft().result()
while waiting:
    yield waiting.popleft().result()
