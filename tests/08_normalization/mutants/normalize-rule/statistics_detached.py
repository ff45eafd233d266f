"""Mean and spread are taken for constants."""
return g * inverse
