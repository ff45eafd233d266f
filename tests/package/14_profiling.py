# %% mutant: flops_halved
"""A multiplication with its addition counts once."""

function = "op_flops"
old = "return 2 * values * shapes[0][-1]"
new = "return values * shapes[0][-1]"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: totals_for_self
"""Self times are total times."""

function = "self_times"
old = "own[stack[-1]] -= event.end - event.start"
new = "pass"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: hook_stays_on
"""After an error the hook stays at the gate."""

function = "profile.__exit__"
old = "self.stop()"
new = "None if error[0] else self.stop()"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: inner_ends_the_outer
"""The end of an inner profile ends the one around it."""

function = "profile.stop"
old = "op_hooks.remove(self._hook)"
new = "op_hooks.clear()"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: backward_not_recorded
"""Rules are not recorded."""

function = "timing_hook.hook"
old = "record(op, phase, start, clock(), args, result)"
new = "phase == 'forward' and record(op, phase, start, clock(), args, result)"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: backward_as_forward
"""A backward pass is thought to cost what the forward pass did."""

function = "backward_flops"
old = "total += forward * sum(wanted[:2]) + math.prod(result.shape) * sum(wanted[2:])"
new = "total += forward"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: views_counted
"""Every array counts, although they share memory."""

function = "held_bytes"
old = "owners[id(array)] = array"
new = "owners[len(owners)] = array"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: peak_is_never_freed
"""What goes is not written down."""

function = "Allocations.saw.gone"
old = "self.changes.append((time.perf_counter_ns(), -size))"
new = "pass"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: random_numbers_drawn
"""The profiler draws from the framework's generator."""

function = "described"
old = "shapes = tuple"
new = """\
from tinytorch.core.tensor import rand

rand(1)
shapes = tuple"""
tests = ["integration/test_profiling_integration.py"]

# %% mutant: result_widened
"""What an operation returns comes back in float64."""

function = "timing_hook.hook"
old = "return result"
new = "return result.astype(np.float64) if isinstance(result, np.ndarray) else result"
tests = ["integration/test_profiling_integration.py"]

# %% mutant: trace_unsorted
"""The trace has events in the order in which they ended."""

function = "trace_events"
old = "sorted(events, key=lambda event: event.start)"
new = "events"
tests = ["integration/test_profiling_integration.py"]

# %% alternative: times_by_a_dict
"""Self times kept under places."""

function = "self_times"
old = "own = [event.end - event.start for event in events]"
new = "own = [event[3] - event[2] for event in events]"
tests = ["integration/test_profiling_integration.py"]
