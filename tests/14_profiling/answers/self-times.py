# %% mutant: totals
"""Durations as they are."""

return [event.end - event.start for event in events]

# %% mutant: everything_inside
"""Takes away all that is inside, at any depth."""

return [
    e.end
    - e.start
    - sum(
        i.end - i.start
        for i in events
        if i is not e and i.thread == e.thread and e.start <= i.start and i.end <= e.end
    )
    for e in events
]

# %% mutant: first_only
"""Only the first event inside is taken away."""

old = "own[stack[-1]] -= event.end - event.start"
new = """\
outer = events[stack[-1]]
if own[stack[-1]] == outer.end - outer.start:
    own[stack[-1]] -= event.end - event.start"""

# %% mutant: threads_mixed
"""An event of another thread is taken for one inside."""

old = "(events[i].thread, events[i].start, -events[i].end)"
new = "(events[i].start, -events[i].end)"
old = "events[stack[-1]].thread == event.thread and event.start < events[stack[-1]].end"
new = "event.start < events[stack[-1]].end"

# %% mutant: touching_is_inside
"""What begins when another ends is taken for inside."""

old = "event.start < events[stack[-1]].end"
new = "event.start <= events[stack[-1]].end"

# %% mutant: in_order_of_beginning
"""The result is sorted by the beginning, not as the events came."""

old = "return own"
new = "return [own[i] for i in sorted(places, key=lambda i: events[i].start)]"

# %% mutant: never_popped
"""Nothing is ever taken off the stack."""

old = "stack.pop()"
new = "break"

# %% mutant: order_of_recording
"""Walks through the events as they came, the inner ones first."""

old = "sorted(places, key=lambda i: (events[i].thread, events[i].start, -events[i].end))"
new = "places"

# %% edge: inner_first_at_one_time
"""Of two that begin together, the shorter one is taken for the outer one."""

old = "events[i].start, -events[i].end"
new = "events[i].start, events[i].end"

# %% alternative: by_the_nearest
"""For each event, the shortest one around it pays."""

own = [e.end - e.start for e in events]
for i, e in enumerate(events):
    around = [
        (o.end - o.start, k)
        for k, o in enumerate(events)
        if k != i
        and o.thread == e.thread
        and o.start <= e.start
        and e.end <= o.end
        and (o.end - o.start, k) > (e.end - e.start, i)
        and e.start < o.end
    ]
    if around:
        own[min(around)[1]] -= e.end - e.start
return own

# %% alternative: thread_by_thread
"""A stack for each thread, with the sorted events of all."""

own = {i: e.end - e.start for i, e in enumerate(events)}
stacks = {}
for i, e in sorted(enumerate(events), key=lambda pair: (pair[1].start, -pair[1].end)):
    stack = stacks.setdefault(e.thread, [])
    while stack and events[stack[-1]].end <= e.start:
        stack.pop()
    if stack:
        own[stack[-1]] -= e.end - e.start
    stack.append(i)
return [own[i] for i in range(len(events))]
