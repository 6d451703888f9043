"""Node images: one recipe makes one disk that every provider boots."""
