"""Tells people what concerns them: by e-mail, on the site, by feed and by webhook."""
