"""float32, whatever was asked for."""
return 88.72, 103.28
