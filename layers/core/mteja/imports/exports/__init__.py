"""Exports that are known by their headings, by platform: a module of this folder has LAYOUTS."""
