"""The deposit form: its shape, the way between its controls and the record's JSON, and what stands beside it."""
