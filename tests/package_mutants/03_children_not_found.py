"""Only the children's own parameters are found, not those further down."""

module = "layers"
function = "named_members"
old = 'yield from named_members(child, kind, f"{prefix}{name}.", seen)'
new = 'yield from ((f"{prefix}{name}.{key}", x) for key, x in getattr(child, kind).items())'
