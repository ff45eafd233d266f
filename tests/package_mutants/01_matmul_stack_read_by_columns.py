"""A stack of matrices is flattened the wrong way before its one large product."""

module = "tensor"
function = "matmul_forward"
old = "(a.reshape(-1, inner) @ b)"
new = "(a.reshape(inner, -1).T @ b)"
