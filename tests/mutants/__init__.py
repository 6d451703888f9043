"""The oracle changed in one place at a time, which some test has to notice."""
