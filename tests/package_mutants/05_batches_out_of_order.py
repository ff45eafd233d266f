"""The batches still under way at the end come last first."""

module = "dataloader"
function = "prefetch"
old = "            while waiting:\n                yield waiting.popleft().result()\n"
new = "            while waiting:\n                yield waiting.pop().result()\n"
