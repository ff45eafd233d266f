# %% mutant: result_lost
"""The hook measures, and returns nothing."""

old = "return result"
new = "pass"

# %% mutant: errors_not_recorded
"""Recorded only where nothing goes wrong."""


def hook(phase, op, run, *args, **params):
    start = clock()
    result = run(*args, **params)
    record(op, phase, start, clock(), args, result)
    return result


return hook

# %% mutant: error_swallowed
"""An error is recorded and goes no further."""


def hook(phase, op, run, *args, **params):
    start = clock()
    try:
        result = run(*args, **params)
    except (ValueError, KeyError):
        result = None
    record(op, phase, start, clock(), args, result)
    return result


return hook

# %% mutant: run_twice
"""Called once for the time and once for the result."""


def hook(phase, op, run, *args, **params):
    result, start = None, clock()
    try:
        run(*args, **params)
    finally:
        end = clock()
        result = run(*args, **params)
        record(op, phase, start, end, args, result)
    return result


return hook

# %% mutant: parameters_dropped
"""The parameters of the operation are not passed on. (TypeError)"""

old = "result = run(*args, **params)"
new = "result = run(*args)"

# %% mutant: always_forward
"""Everything is recorded as part of the forward pass."""

old = "record(op, phase, start"
new = 'record(op, "forward", start'

# %% mutant: clock_too_late
"""The clock is read after the call, twice."""

old = """\
start = clock()
try:
    result = run(*args, **params)
    return result
finally:
    record"""
new = """\
try:
    result = run(*args, **params)
    return result
finally:
    start = clock()
    record"""

# %% mutant: duration
"""The duration in place of the end."""

old = "start, clock(), args"
new = "start, clock() - start, args"

# %% edge: falsy_results
"""A result that counts as false is taken for none."""

old = "return result"
new = "return result or None"

# %% alternative: by_a_flag
"""The error is caught, recorded and raised again."""


def hook(phase, op, run, *args, **params):
    start = clock()
    try:
        result = run(*args, **params)
    except BaseException:
        record(op, phase, start, clock(), args, None)
        raise
    record(op, phase, start, clock(), args, result)
    return result


return hook

# %% alternative: by_a_list
"""What is recorded is collected first."""


def hook(*call, **params):
    phase, op, run, *args = call
    outcome = [None]
    begun = clock()
    try:
        outcome[0] = run(*args, **params)
    finally:
        finished = clock()
        record(op, phase, begun, finished, tuple(args), outcome[0])
    return outcome[0]


return hook
