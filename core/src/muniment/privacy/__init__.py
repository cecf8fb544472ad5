"""What the software knows about people, why and for how long: declared by each part, swept by one job."""
