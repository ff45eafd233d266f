"""Floor division: right for even numbers only."""
return x // 2
