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
