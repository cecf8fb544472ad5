"""Whether an instance is as it should be: one set of checks for `muniment doctor` and for the control panel."""
