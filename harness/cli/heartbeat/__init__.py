"""A sign that a run ended, left where somebody notices when it does not come."""
