"""What somebody else rehearses."""
