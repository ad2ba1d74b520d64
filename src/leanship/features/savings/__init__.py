"""The ledger of savings (M22): claimed by one person, confirmed by another, looked at again after 90 days."""
