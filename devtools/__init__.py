"""What `dev.py` is made of; it needs the standard library alone."""
