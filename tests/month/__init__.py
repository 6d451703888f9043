"""A month of nightly runs, made for show: the journals are those of drills, and their dates alone are others."""
