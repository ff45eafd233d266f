"""Blocks of items: all of one is finished before the next begins."""
import itertools
items = iter(items)
while block := list(itertools.islice(items, ahead + 1)):
    waiting.extend(pool.submit(function, item) for item in block)
    while waiting:
        yield waiting.popleft().result()
