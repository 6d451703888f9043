"""Node images: one recipe makes one disk that every provider boots.

The way of the data: `catalog` (which version) -> `sources` (programs: `modules`, or `published` ones) -> `tree` and
`containers` (what is on the machine) -> `disk`, `preload` -> `image` (cached, sealed) -> `store` (cloned).
"""
