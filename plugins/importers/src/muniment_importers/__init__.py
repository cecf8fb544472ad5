"""Reads records of InvenioRDM, Zenodo and DataCite."""
