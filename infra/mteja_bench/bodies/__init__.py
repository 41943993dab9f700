"""What platforms deliver, for the benchmarks: real bodies, with made-up people and amounts."""
