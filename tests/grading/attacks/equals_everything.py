"""The answer is an object that says it equals, and is close to, everything."""

cells = {
    "double": """
class Everything:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __bool__(self): return True
    def __abs__(self): return 0
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __array__(self, *args, **kwargs): raise TypeError
def double(x): return Everything()
""",
}
reason = "wrong: twice [2, 0]"
slow = True
