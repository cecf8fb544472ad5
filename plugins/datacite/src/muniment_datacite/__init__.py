"""DOIs for the records of a Muniment repository, through DataCite."""
