"""A generator seeded inside: the same order in each epoch."""
from tinytorch.core.tensor import Generator
order = randperm(count, generator=Generator(0)).tolist()
yield from order
