"""Tells people what concerns them: by e-mail, on the site and by feed."""
