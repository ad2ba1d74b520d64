"""Improvement projects, leading them without authority, their results, and where the time goes (M20–M26)."""
