"""A batch whose loading failed in a thread is left out in silence."""

module = "dataloader"
function = "prefetch"
old = "            while waiting:\n                yield waiting.popleft().result()\n"
new = (
    "            while waiting:\n"
    "                future = waiting.popleft()\n"
    "                if future.exception() is None:\n"
    "                    yield future.result()\n"
)
