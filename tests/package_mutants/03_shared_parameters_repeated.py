"""A shared parameter is listed under each of its names, and stepped twice."""

module = "layers"
function = "named_members"
old = "if member is not None and member not in seen:"
new = "if member is not None:"
