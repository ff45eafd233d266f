"""How a submission is shut in, by what Linux offers."""
