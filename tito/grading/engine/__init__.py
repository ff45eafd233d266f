"""Sanitise, execute, score: one submission after the other here, notebooks in workers."""
