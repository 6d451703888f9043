"""What every provider needs that makes its machines on this host: disks, and a place in their network."""
