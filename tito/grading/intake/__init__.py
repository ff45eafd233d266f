"""What students hand in, on its way to a notebook that is safe to run."""
