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

# %% mutant: error_made_anew
"""The error is raised again without where it came from."""

old = """\
if len(waiting) > ahead:
    yield waiting.popleft().result()"""
new = """\
if len(waiting) > ahead:
    future = waiting.popleft()
    if error := future.exception():
        raise type(error)(*error.args)
    yield future.result()"""

# %% mutant: errors_as_results
"""An error is handed out as if it were a result."""

old = """\
if len(waiting) > ahead:
    yield waiting.popleft().result()"""
new = """\
if len(waiting) > ahead:
    future = waiting.popleft()
    yield future.exception() or future.result()"""

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

# %% mutant: futures_handed_out
"""Futures are handed out, not their results."""

old = """\
if len(waiting) > ahead:
    yield waiting.popleft().result()"""
new = """\
if len(waiting) > ahead:
    yield waiting.popleft()"""
old = """\
while waiting:
    yield waiting.popleft().result()"""
new = "yield from waiting"

# %% mutant: in_blocks
"""Blocks of items: all of one is finished before the next begins."""

import itertools

items = iter(items)
while block := list(itertools.islice(items, ahead + 1)):
    waiting.extend(pool.submit(function, item) for item in block)
    while waiting:
        yield waiting.popleft().result()

# %% mutant: kept_elsewhere
"""The futures stand in a list that nobody cancels."""

futures = []
for item in items:
    futures.append(pool.submit(function, item))
    if len(futures) > ahead:
        yield futures.pop(0).result()
for future in futures:
    yield future.result()

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

# %% mutant: workers_for_ahead
"""As many ahead as there are threads."""

old = "if len(waiting) > ahead:"
new = "if len(waiting) > workers:"

# %% edge: none_ends
"""Takes an item that is None for the end."""

items = iter(items)
item = next(items, None)
while item is not None or waiting:
    while item is not None and len(waiting) <= ahead:
        waiting.append(pool.submit(function, item))
        if len(waiting) <= ahead:
            item = next(items, None)
    yield waiting.popleft().result()
    if item is not None:
        item = next(items, None)

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
