"""The function runs in the loop's own thread."""
for item in items:
    yield function(item)
