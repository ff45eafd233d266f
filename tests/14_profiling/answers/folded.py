# %% mutant: totals
"""Total times in place of self times."""

old = "own, stack = self_times(events), []"
new = "own, stack = [e.end - e.start for e in events], []"

# %% mutant: last_time_only
"""A path that comes twice has the time of the last one."""

old = "sums.get(path, 0) + own[i]"
new = "own[i]"

# %% mutant: inside_out
"""Names from the inside out."""

old = '";".join(each.name for each in stack)'
new = '";".join(each.name for each in stack[::-1])'

# %% mutant: threads_mixed
"""An event of another thread is taken for one inside."""

old = "(events[i].thread, events[i].start, -events[i].end)"
new = "(events[i].start, -events[i].end)"
old = "stack[-1].thread == event.thread and event.start < stack[-1].end"
new = "event.start < stack[-1].end"

# %% alternative: paths_first
"""The path of each event from the path of the one around it."""

found, paths = {}, []
for own, e in sorted(
    zip(self_times(events), events), key=lambda pair: (pair[1].thread, pair[1].start, -pair[1].end)
):
    while paths and (paths[-1][1].thread != e.thread or paths[-1][1].end <= e.start):
        paths.pop()
    path = f"{paths[-1][0]};{e.name}" if paths else e.name
    paths.append((path, e))
    found[path] = found.get(path, 0) + own
return found
