"""pool.map takes all items at once, and its futures are not cancelled."""
yield from pool.map(function, items)
