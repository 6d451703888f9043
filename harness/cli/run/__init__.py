"""`kubedrill run`: the parent process of a run."""
