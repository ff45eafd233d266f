"""Adam decays like AdamW."""
p *= 1 - lr * weight_decay
return g
