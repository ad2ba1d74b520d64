"""Forms parse what was sent, and decide nothing."""
