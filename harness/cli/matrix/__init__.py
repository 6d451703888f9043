"""`kubedrill sabotage`: drills and sabotages as a matrix."""
