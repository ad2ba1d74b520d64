"""Work that a page does not wait for: a queue with retries, leases and schedules, and what became of each job."""
