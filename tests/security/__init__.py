"""What holds for the whole of the harness, read from its own source, and what it refuses to do to anybody else."""
