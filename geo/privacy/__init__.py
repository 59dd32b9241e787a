"""What may leave a session about the events a person loaded: counts no small group shows in."""
