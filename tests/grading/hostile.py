"""A notebook that tries to run something in the browser of whoever looks at it.

Each try calls `alert` with its own name. Those in outputs are put out by the answer to `double`,
so they stand in the outputs of the tests too.
"""

import base64

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_raw_cell

PIXEL = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
).decode()
SVG = (
    "<svg xmlns='http://www.w3.org/2000/svg' onload=\"alert('svg')\">"
    "<script>alert('in svg')</script></svg>"
)
FRAME = '<iframe srcdoc="<script>alert(1)</script>"></iframe>'
MARKUP = (
    "<script>alert('script')</script>",
    "<img src=x onerror=\"alert('onerror')\">",
    "[click](javascript:alert('link'))",
    "<a href=\"java\nscript:alert('broken link')\">click</a>",
    "<iframe src=\"javascript:alert('iframe')\"></iframe>",
    FRAME,
    SVG,
    "<math><mtext><table><mglyph><style><img src=x onerror=\"alert('math')\"></style></table>",
    "<details open ontoggle=\"alert('toggle')\"><summary>x</summary></details>",
    "<form action=\"javascript:alert('form')\"><button>click</button></form>",
    "<object data=\"javascript:alert('object')\"></object>",
    "<style>@import 'http://127.0.0.1:9/style.css'; body { display: none }</style>",
    "<meta http-equiv=refresh content='0;url=http://127.0.0.1:9/'>",
    "![picture](http://127.0.0.1:9/tracked.png)",
    "![attached](attachment:evil.svg)",
    "$\\href{javascript:alert('formula')}{x}$ and $$x <img src=x onerror=alert('display')>$$",
    ">" * 3000 + "<script>alert('deep')</script>",
    "`<script>alert('code')</script>`",
)
SHOWN = {
    "text/html": "".join(MARKUP[:2]) + FRAME + SVG,
    "text/markdown": "\n\n".join(MARKUP),
    "text/latex": "$\\href{javascript:alert('latex')}{x}$<script>alert('in latex')</script>",
    "image/svg+xml": SVG,
    "application/javascript": "alert('javascript')",
    "application/pdf": "alert('pdf')",
    "text/vnd.mermaid": "<script>alert('mermaid')</script>",
    "application/vnd.jupyter.widget-view+json": {"model_id": "<script>alert('widget')</script>"},
    "image/jpeg": "\"><script>alert('jpeg')</script>",
}
ANSWER = f"""
from IPython.display import display
SHOWN = {SHOWN!r}
for kind, value in SHOWN.items():
    display({{kind: value}}, raw=True)
wide = {{"width": "1 onload=alert('width')", "alt": "\\" onload=alert('alt')"}}
display({{"image/png": {PIXEL!r}}}, raw=True, metadata={{"image/png": wide}})
display({{"text/html": "<script>alert('isolated')</script>"}}, raw=True,
        metadata={{"text/html": {{"isolated": True}}}})
print("<script>alert('printed')</script> \\x1b[31mred\\x1b]8;;javascript:alert(1)\\x07")

def double(x):
    print("<script>alert('in a test')</script>", In[-1])
    raise ValueError("<script>alert('in an error')</script>")
"""
QUOTING = """
def halve(x):
    raise AssertionError(In[-1] + repr(In[-1]))
"""


def poison(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """The notebook with answers that show all of this, and cells that hold it."""
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = {"double": ANSWER, "halve": QUOTING}.get(grade_id, cell.source)
    attached = {"evil.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()}}
    for text in MARKUP:
        notebook.cells.append(new_markdown_cell(text, attachments=attached))
        notebook.cells.append(new_raw_cell(text, metadata={"raw_mimetype": "text/html"}))
    notebook.cells.append(new_code_cell("print(In)"))
    return notebook
