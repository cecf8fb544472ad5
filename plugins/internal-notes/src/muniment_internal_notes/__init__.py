"""Notes about records that moderators write for each other."""
