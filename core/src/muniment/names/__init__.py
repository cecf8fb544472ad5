"""Names of people and organisations that are suggested while somebody types one."""
