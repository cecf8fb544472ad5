"""Who acts, and what the labels of records and actors allow."""
