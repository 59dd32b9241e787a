"""A county's own data: read, checked, placed; kept in the session's memory only."""
