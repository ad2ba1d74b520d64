"""What can be done in this part: one module a subject."""
