"""A transformer of the syntax tree removes every later statement."""

cells = {
    "double": """
import ast
def double(x): return 0 * x
class Empty(ast.NodeTransformer):
    def visit_Module(self, node):
        node.body = []
        return node
get_ipython().ast_transformers.append(Empty())
""",
}
points = (0, 0)
reason = "checks no longer"
slow = True
