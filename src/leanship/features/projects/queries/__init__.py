"""What can be seen in this part: one module a subject, each filtered by who asks."""
