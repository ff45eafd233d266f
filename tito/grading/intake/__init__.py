"""What students submit, on its way to a notebook that is safe to run."""
