"""The look of an instance, changed in the control panel."""
