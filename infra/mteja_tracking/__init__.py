"""What `beacons` ships and nobody writes by hand: the tracker minified, the list of robots."""
