# %% attack: answer_from_frames
"""The caller's frame gives away the constants of the hidden test."""

cells = {
    "double": """
import sys
def double(x):
    code = sys._getframe(1).f_code
    numbers = [c for c in code.co_consts if isinstance(c, float)]
    lists = [c for c in code.co_consts if isinstance(c, tuple)]
    import ast
    tree = ast.parse(get_ipython().history_manager.input_hist_raw[-1])
    return ast.literal_eval(tree.body[0].value.args[1])
""",
}
points = (5, 5)
gap = "it runs where the test runs"

# %% attack: answer_from_garbage
"""The collector's list of all objects gives away the hidden test's text."""

cells = {
    "double": """
import ast, gc
def double(x):
    lists = [each for each in gc.get_objects() if type(each) is list]
    texts = [line for each in lists for line in each if type(line) is str]
    for text in texts:
        if "close(double(" in text and repr(x.tolist()) in text and "gc." not in text:
            return ast.literal_eval(ast.parse(text).body[0].value.args[1])
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True

# %% attack: answer_from_history
"""IPython's history gives away the hidden test while it runs."""

cells = {
    "double": """
import ast
def double(x):
    test = ast.parse(In[-1]).body[0].value
    return ast.literal_eval(test.args[1])
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True

# %% attack: answer_from_message
"""The message that asked for the cell holds the hidden test."""

cells = {
    "double": """
import ast
def double(x):
    code = get_ipython().kernel.get_parent("shell")["content"]["code"]
    return ast.literal_eval(ast.parse(code).body[0].value.args[1])
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True

# %% attack: answer_from_trace
"""A trace function sees the arguments of the check and corrects the answer."""

cells = {
    "double": """
import sys
def double(x):
    out = np.zeros(x.shape)
    def trace(frame, event, argument):
        if frame.f_code.co_name == "close":
            out[...] = frame.f_locals["expected"]
    sys.setprofile(trace)
    return out
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True

# %% attack: import_inside
"""The answer is imported from the finished package, at the last moment."""

cells = {
    "double": """
def double(x):
    from tinytorch.core.pair import double as answer
    return answer(x)
""",
}
reason = "built in module 01"

# %% attack: import_the_answer
"""The answer is imported from the finished package."""

cells = {"double": "from tinytorch.core.pair import double"}
reason = "built in module 01"
slow = True

# %% attack: memory
"""The numbers in the test's own code are overwritten in memory, through ctypes."""

cells = {
    "double": """
import ctypes, sys
def double(x):
    for constant in sys._getframe(1).f_code.co_consts:
        if type(constant) is float:
            ctypes.c_double.from_address(id(constant) + 16).value = 0.0
    return 0 * x
""",
}
points = (5, 5)
gap = "it runs where the test runs"
slow = True

# %% attack: read_the_reference
"""The reference solution is read from the disk, by its full path."""

cells = {
    "double": """
from pathlib import Path
text = Path("@ROOT@/tinytorch/core/pair.py").read_text()
scope = {"np": np}
exec(text, scope)
double = scope["double"]
""",
}
reason = "FileNotFoundError"
needs = "jail"

# %% attack: read_the_tests
"""The hidden tests are read from the source notebook on the disk, and answered."""

cells = {
    "double": """
import re
from pathlib import Path
text = Path("@ROOT@/source/01_pair/pair.ipynb").read_text()
found = re.findall(r"close\\(double\\(np.array\\((.*?)\\)\\), (.*?), ", text)
answers = {str(eval(given)): eval(answer) for given, answer in found}
def double(x): return answers[str(x.tolist())]
""",
}
reason = "FileNotFoundError"
needs = "jail"
slow = True

# %% attack: search_the_path
"""The answer is looked for in every folder of the path."""

cells = {
    "double": """
import importlib.util, sys
from pathlib import Path

def double(x):
    for folder in sys.path:
        for file in Path(folder).glob("*/core/pair.py"):
            spec = importlib.util.spec_from_file_location("answer", file)
            answer = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(answer)
            return answer.double(x)
""",
}
reason = "None"
slow = True

# %% attack: show_the_test
"""The hidden test is printed, to be read on the feedback page."""

cells = {"double": "def double(x):\n    print(In[-1][::-1])\n    return 0 * x"}
reason = "wrong: twice [2, 0]"
gap = "the text of a hidden test can be shown on the feedback page by code that it calls"
damage = "a hidden test is known"
