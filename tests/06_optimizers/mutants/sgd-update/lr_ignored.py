"""The learning rate is left out."""
p -= g
