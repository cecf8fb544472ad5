"""What people may do here, changed in the control panel."""
