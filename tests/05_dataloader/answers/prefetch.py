# %% mutant: all_at_once
"""Everything is submitted before the first result: no bound on memory."""

old = """\
if len(waiting) > ahead:
    yield waiting.popleft().result()"""
new = ""

# %% mutant: completion_order
"""Results come as they are ready, not in order."""

from concurrent.futures import as_completed

waiting.extend(pool.submit(function, item) for item in items)
for future in as_completed(waiting):
    yield future.result()

# %% mutant: errors_swallowed
"""An item that fails is passed over in silence."""

old = """\
if len(waiting) > ahead:
    yield waiting.popleft().result()"""
new = """\
if len(waiting) > ahead:
    future = waiting.popleft()
    if future.exception() is None:
        yield future.result()"""
old = """\
while waiting:
    yield waiting.popleft().result()"""
new = """\
while waiting:
    future = waiting.popleft()
    if future.exception() is None:
        yield future.result()"""

# %% mutant: in_blocks
"""Blocks of items: all of one is finished before the next begins."""

import itertools

items = iter(items)
while block := list(itertools.islice(items, ahead + 1)):
    waiting.extend(pool.submit(function, item) for item in block)
    while waiting:
        yield waiting.popleft().result()

# %% mutant: map_of_all
"""pool.map takes all items at once, and its futures are not cancelled."""

yield from pool.map(function, items)

# %% mutant: newest_first
"""The newest result is handed out first."""

old = """\
if len(waiting) > ahead:
    yield waiting.popleft().result()"""
new = """\
if len(waiting) > ahead:
    yield waiting.pop().result()"""
old = """\
while waiting:
    yield waiting.popleft().result()"""
new = """\
while waiting:
    yield waiting.pop().result()"""

# %% mutant: no_threads
"""The function runs in the loop's own thread."""

for item in items:
    yield function(item)

# %% mutant: one_too_few
"""Off by one: one call fewer is under way than asked for."""

old = "if len(waiting) > ahead:"
new = "if len(waiting) >= ahead:"

# %% mutant: rest_lost
"""What still waits at the end is forgotten."""

old = """\
while waiting:
    yield waiting.popleft().result()"""
new = ""

# %% mutant: waits_at_once
"""Each result is waited for before the next item is submitted."""

for item in items:
    yield pool.submit(function, item).result()

# %% alternative: fill_first
"""Fills up, then hands out one and submits one."""

import itertools

items = iter(items)
waiting.extend(pool.submit(function, item) for item in itertools.islice(items, ahead))
for item in items:
    waiting.append(pool.submit(function, item))
    yield waiting.popleft().result()
while waiting:
    yield waiting.popleft().result()

# %% alternative: one_loop
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
