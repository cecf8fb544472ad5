"""Other sites and programs sign people in with their account here, and act for them as far as they allow."""
