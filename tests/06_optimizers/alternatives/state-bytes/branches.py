"""With branches."""
each = parameters * itemsize
if optimizer == "SGD":
    state = each if momentum else 0
elif optimizer in ("Adam", "AdamW"):
    state = 2 * each
else:
    raise ValueError(f"no such optimizer: {optimizer}")
return state, each + each + state
