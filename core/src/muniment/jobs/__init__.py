"""Work in the background: deliveries of events and scheduled jobs."""
