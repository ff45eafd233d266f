"""AdamW decays like Adam."""
return g + weight_decay * p
