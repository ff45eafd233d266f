"""What still waits at the end is forgotten."""
for item in items:
    waiting.append(pool.submit(function, item))
    if len(waiting) > ahead:
        yield waiting.popleft().result()
