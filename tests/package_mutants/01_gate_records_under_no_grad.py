"""The gate leaves receipts although recording is switched off."""

module = "tensor"
function = "Op.__call__"
old = "wanted = grad_mode.enabled"
new = "wanted = True"
