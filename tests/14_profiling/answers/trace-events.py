# %% mutant: nanoseconds
"""Nanoseconds, as the clock gave them."""

old = "(event.start - first) / 1000"
new = "event.start - first"
old = "(event.end - event.start) / 1000"
new = "event.end - event.start"

# %% mutant: milliseconds
"""Milliseconds."""

old = "(event.start - first) / 1000"
new = "(event.start - first) / 1e6"
old = "(event.end - event.start) / 1000"
new = "(event.end - event.start) / 1e6"

# %% mutant: end_for_duration
"""The end in place of the duration."""

old = "(event.end - event.start) / 1000"
new = "(event.end - first) / 1000"

# %% mutant: whole_microseconds
"""Rounded down to whole microseconds."""

old = "(event.end - event.start) / 1000"
new = "(event.end - event.start) // 1000"

# %% mutant: not_from_the_first
"""Counts from wherever the clock began."""

old = "(event.start - first) / 1000"
new = "event.start / 1000"

# %% mutant: unsorted
"""In the order in which the events ended."""

old = "sorted(events, key=lambda event: event.start)"
new = "events"

# %% mutant: begin_and_end
"""Marked as the beginning of an event, without an end."""

old = '"ph": "X"'
new = '"ph": "B"'

# %% mutant: one_thread
"""All in one lane."""

old = '"tid": event.thread'
new = '"tid": 0'

# %% edge: sorted_in_place
"""The caller's list is sorted."""

old = """\
first = min((event.start for event in events), default=0)
return ["""
new = """\
first = min((event.start for event in events), default=0)
events.sort(key=lambda event: event.start)
return ["""

# %% alternative: event_by_event
"""A loop, and the first event's beginning from the sorted list."""

ordered = sorted(events, key=lambda event: (event.start, -event.end))
found = []
for name, phase, start, end, _, _, thread in ordered:
    times = {"ts": (start - ordered[0].start) / 1e3, "dur": (end - start) / 1e3}
    found.append({"ph": "X", "pid": 0, "tid": thread, "name": name, "cat": phase, **times})
return found

# %% alternative: each_in_microseconds
"""Each time becomes microseconds before the difference is taken."""

first = min((event.start for event in events), default=0) / 1000
return [
    {
        "name": event.name,
        "cat": event.phase,
        "ph": "X",
        "ts": event.start / 1000 - first,
        "dur": event.end / 1000 - event.start / 1000,
        "pid": 0,
        "tid": event.thread,
    }
    for event in sorted(events, key=lambda event: event.start)
]
